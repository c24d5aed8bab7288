import type { Group } from './content.ts';
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
}
