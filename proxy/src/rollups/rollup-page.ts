import type { PartialName, SketchName } from '../partials/partials.ts';
import type { SketchPart } from '../partials/sketch.ts';
import type { Group } from './content.ts';
import { decodePartials, decodeSketches, type PageColumns, storedPartials } from './page-codec.ts';
import type { Tier } from './tiers.ts';

/** A page of a group; a sketch that was not asked for may be null. */
export interface RollupPage {
  tier: Tier;
  /** Its start in stored seconds since 1970. */
  page: number;
  group: Group;
  partials: Buffer;
  latency: Buffer | null;
  cost: Buffer | null;
  /** What was decoded so far: a page that is kept is used by many questions. */
  decoded: DecodedPage | null;
}

/** What is known of a group's cells, as far as somebody asked; sketches in the order of the cells, too. */
export interface DecodedPage extends PageColumns {
  sketches: Partial<Record<SketchName, (SketchPart | null)[]>>;
}

/** Decodes the columns of `names` and the sketches of `sketches`, and returns them with what was decoded before. */
export function decodedPage(
  page: RollupPage,
  names: readonly PartialName[],
  sketches: readonly SketchName[]
): DecodedPage {
  const decoded = (page.decoded ??= { starts: [], values: {}, sketches: {} });
  // The number of calls is asked for by every question, and is first.
  if (names.some((name) => decoded.values[name] === undefined && isStored.has(name))) {
    const missing = new Set(names.filter((name) => decoded.values[name] === undefined));
    const { starts, values } = decodePartials(page.tier, page.page, page.partials, missing);
    decoded.starts = starts;
    Object.assign(decoded.values, values);
  }
  for (const name of sketches) {
    decoded.sketches[name] ??= decodeSketches(page[name] ?? Buffer.alloc(0), decoded.starts.length);
  }
  return decoded;
}

const isStored: ReadonlySet<PartialName> = new Set(storedPartials);
