import { type Bucket, type BucketGrid, bucketGrid, singleBucket } from './buckets.ts';
import { monthOf, stepBack, stepForward } from './calendar.ts';
import type { TimeRange } from '../resolve/resolve-range.ts';
import type { Interval, Query } from '../model/schema.ts';

export type Comparison = Exclude<Query['compare'], 'none'>;

/** What the previous period is called beside the current one. */
export const comparisonLabels: Record<Comparison, string> = {
  previous: 'previous period',
  day: 'day before',
  week: 'week before',
  month: 'month before',
};

const second = 1000;

/**
 * The range that a range is compared with: the one of the same length just before it, or the same times of the zone's
 * clock a day, week or month earlier. A month earlier is the same days of it, as far as it has them.
 */
export function comparisonRange(compare: Comparison, zone: string, range: TimeRange): TimeRange {
  const { from, to } = range;
  const start = compare === 'previous' ? from - wholeSeconds(range) : stepBack(zone, from, compare);
  return { from: start, to: Math.max(start, comparisonEnd(compare, zone, range, to)) };
}

/** What an instant compares with at which a part of the range ends. */
export function comparisonEnd(compare: Comparison, zone: string, range: TimeRange, end: number): number {
  if (compare === 'previous') {
    return end - wholeSeconds(range);
  }
  // By its last instant: the month before March is all of February, and that before February has as many days.
  const earlier = stepBack(zone, end - 1, compare) + 1;
  return compare === 'month' ? Math.min(earlier, monthOf(zone, end).from) : earlier;
}

// So that a day which is written as ending at 23:59:59.999 is compared with a whole day, too.
function wholeSeconds({ from, to }: TimeRange): number {
  return Math.ceil((to - from) / second) * second;
}

/** Buckets that are compared with those of an answer, and for which of them each stands. */
export interface ComparedGrid {
  grid: BucketGrid;
  positions: number[];
}

/** The buckets of the range before, on the buckets of the answer. */
export function comparedGrid(
  compare: Comparison,
  { from, interval, zone, storedZone }: { from: number; interval: Interval | null; zone: string; storedZone: string },
  before: TimeRange,
  buckets: readonly Bucket[]
): ComparedGrid {
  if (interval === null) {
    return { grid: singleBucket(storedZone, before.from, before.to), positions: [0] };
  }
  if (compare === 'previous') {
    const grid = bucketGrid(interval, zone, storedZone, before.from, before.to, from - before.from);
    return { grid, positions: grid.buckets.map((_, position) => position) };
  }
  // A day is a part of whichever week and month its counterpart is in.
  const fine = interval === 'week' || interval === 'month' ? 'day' : interval;
  const grid = bucketGrid(fine, zone, storedZone, before.from, before.to);
  const starts = grid.buckets.map(({ start }) => Math.max(start, before.from));
  return { grid, positions: stepForward(zone, starts, compare).map((instant) => positionOf(buckets, instant)) };
}

/** The last bucket that begins at `instant` or before; the first one if none does. */
function positionOf(buckets: readonly Bucket[], instant: number): number {
  let low = 0;
  let high = buckets.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((buckets[middle]?.start ?? 0) <= instant) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
