import type { Tier } from '../../rollups/tiers.ts';

/** A part of an answer and where it is read from; stored times in ms since 1970 as if they were UTC: `[wallFrom, wallTo)`. */
export type Segment = RowsSegment | RollupSegment;

export interface RowsSegment {
  /** Single calls: all of them, or in the `tail` those that are not in the rollups yet. */
  source: 'raw' | 'tail';
  wallFrom: number;
  wallTo: number;
}

/** Whole cells of a tier. */
export interface RollupSegment {
  source: 'rollup';
  tier: Tier;
  wallFrom: number;
  wallTo: number;
}

/** Is it read from single calls? */
export function isRows(segment: Segment): segment is RowsSegment {
  return segment.source !== 'rollup';
}

/** Is it read from rollups? */
export function isRollup(segment: Segment): segment is RollupSegment {
  return segment.source === 'rollup';
}
