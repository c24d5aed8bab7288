import type { BucketGrid } from '../windows/buckets.ts';

/** A part of the answer and where it is read from. Rollup tiers become further sources. */
export interface Segment {
  source: 'raw';
  /** Stored times, ms since 1970 as if they were UTC: `[wallFrom, wallTo)`. */
  wallFrom: number;
  wallTo: number;
}

/** Chooses the segments that answer a question; together they cover its range exactly once. */
export function planQuery({ grid: { wallFrom, wallTo } }: { grid: BucketGrid }): Segment[] {
  return wallTo > wallFrom ? [{ source: 'raw', wallFrom, wallTo }] : [];
}
