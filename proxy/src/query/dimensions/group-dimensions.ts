import { dayOfWeek, hourOfDay } from './clock-dimensions.ts';
import { dimensions } from './dimensions.ts';
import type { GroupDimension } from './group-dimension.ts';
import { textDimension } from './text-dimension.ts';

/** Everything that a question can be grouped by. */
export const groupDimensions: readonly GroupDimension[] = [...dimensions.map(textDimension), hourOfDay, dayOfWeek];
