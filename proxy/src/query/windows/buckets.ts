import { Temporal } from 'temporal-polyfill';
import { instantOfWallTime, offsetChangesAround } from '../../time/time-zone.ts';
import { type Interval, intervals } from '../model/schema.ts';
import {
  joinAlike,
  type Piece,
  pieceCuts,
  pieceIndex,
  rulePieces,
  type StoredPiece,
  storedPieces,
  wallRange,
} from './stored-pieces.ts';

/** One point in time of a series: `[start, end)` in ms since 1970, before it is clipped by the range. */
export interface Bucket {
  start: number;
  end: number;
}

export type BucketRule =
  | { type: 'single' }
  | { type: 'fixed'; widthSeconds: number; pieces: Piece[] }
  /** Bucket i holds the stored times below `ends[i]` that no earlier one holds. */
  | { type: 'listed'; ends: number[] };

/** The buckets that a range touches, and how SQL finds a row's index among them. */
export interface BucketGrid {
  buckets: Bucket[];
  rule: BucketRule;
  /** The range in stored times, `[wallFrom, wallTo)`. */
  wallFrom: number;
  wallTo: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const unixEpochWeekday = 3; // 1970-01-01 was a Thursday, three days after a Monday.

const widths: Record<Exclude<Interval, 'month'>, number> = {
  '1m': minute,
  '5m': 5 * minute,
  '15m': 15 * minute,
  '30m': 30 * minute,
  '1h': hour,
  '6h': 6 * hour,
  day,
  week: 7 * day,
};
const longestMonth = 31 * day;

/** The smallest interval ≥ max(intervalMs, range / min(maxDataPoints, 1000)), at least a minute. */
export function autoInterval(range: number, intervalMs: number, maxDataPoints: number): Interval {
  const wanted = Math.max(intervalMs, range / Math.min(maxDataPoints, 1000), minute);
  return intervals.find((interval) => intervalWidth(interval) >= wanted) ?? 'month';
}

/** How many buckets a range has at the most: for the limit, before any is made. */
export function estimateBuckets(interval: Interval, range: number): number {
  return Math.ceil(range / (interval === 'month' ? 28 * day : intervalWidth(interval))) + 1;
}

/** One bucket: the range itself. `storedZone` is the zone of stored times. */
export function singleBucket(storedZone: string, from: number, to: number): BucketGrid {
  const { wallFrom, wallTo } = wallRange(storedPieces(storedZone, 'UTC', from, to));
  return { buckets: [{ start: from, end: to }], rule: { type: 'single' }, wallFrom, wallTo };
}

/**
 * The grid of an interval in a zone. 1m, 5m and 15m align to UTC; 30m and 1h to the zone's offset; 6h, day, week
 * (from Monday) and month to local midnight, so that a local day of 23 or 25 hours is one bucket. With `shift` (ms, whole
 * seconds) they are those of the range `shift` later, moved back: what a range later is compared with.
 */
export function bucketGrid(
  interval: Interval,
  zone: string,
  storedZone: string,
  from: number,
  to: number,
  shift = 0
): BucketGrid {
  if (interval === 'month') {
    return monthGrid(zone, storedZone, from, to, shift);
  }
  const width = widths[interval];
  const aligned = interval === '1m' || interval === '5m' || interval === '15m' ? 'UTC' : zone;
  return fixedGrid(width, interval === 'week' ? unixEpochWeekday * day : 0, aligned, storedZone, from, to, shift);
}

/** The stored times within a grid at which a bucket ends and another one begins, ascending. */
export function bucketCuts({ rule, wallFrom, wallTo }: BucketGrid): number[] {
  switch (rule.type) {
    case 'single':
      return [];
    case 'fixed':
      return pieceCuts(rule.pieces, rule.widthSeconds, wallFrom, wallTo);
    case 'listed':
      return rule.ends.filter((end) => end > wallFrom && end < wallTo);
    default:
      return rule satisfies never;
  }
}

/** The index of the bucket that holds a stored time, as SQL computes it. */
export function bucketAt({ rule }: BucketGrid, wall: number): number {
  switch (rule.type) {
    case 'single':
      return 0;
    case 'fixed':
      return pieceIndex(rule.pieces, rule.widthSeconds, wall);
    case 'listed': {
      const index = rule.ends.findIndex((end) => wall < end);
      return index === -1 ? rule.ends.length - 1 : index;
    }
    default:
      return rule satisfies never;
  }
}

/** All that `bucketAt` depends on. The last bucket takes whatever comes after it, wherever the range ends. */
export function bucketRuleKey({ rule }: Pick<BucketGrid, 'rule'>): unknown {
  switch (rule.type) {
    case 'single':
      return null;
    case 'fixed': {
      const last = rule.pieces.length - 1;
      return [
        rule.widthSeconds,
        rule.pieces.map((piece, index) => (index === last ? { ...piece, wallTo: null } : piece)),
      ];
    }
    case 'listed':
      return rule.ends.slice(0, -1);
    default:
      return rule satisfies never;
  }
}

/** Seconds of `[from, to)` by the bucket of the answer that they stand for; a grid's buckets stand for `positions`. */
export function clipSeconds(
  { grid, positions }: { grid: BucketGrid; positions: readonly number[] },
  { from, to }: { from: number; to: number }
): number[] {
  const seconds: number[] = [];
  for (const [index, bucket] of grid.buckets.entries()) {
    const position = positions[index] ?? 0;
    const length = Math.max(0, Math.min(bucket.end, to) - Math.max(bucket.start, from));
    seconds[position] = (seconds[position] ?? 0) + length / second;
  }
  return seconds;
}

function fixedGrid(
  width: number,
  phase: number,
  zone: string,
  storedZone: string,
  from: number,
  to: number,
  shift: number
): BucketGrid {
  // Up to an hour buckets are stretches of real time, cut where the offset changes; from 6 hours on they are stretches
  // of the local clock.
  const local = width > hour;
  const buckets: Bucket[] = [];
  const pieces: Piece[] = [];
  const stored = storedPieces(storedZone, zone, from, to, shift);
  let previous: { zoneOffset: number; last: number } | undefined;
  for (const piece of stored) {
    const first = Math.floor((piece.from + piece.zoneOffset + phase) / width);
    const last = Math.floor((piece.to - 1 + piece.zoneOffset + phase) / width);
    const boundary = local ? clockBoundaries(piece, width, phase, zone) : realBoundaries(piece, width, phase, zone);
    // A clock that was set back meets buckets again that it already was in, and so does one that goes on.
    const meetsAgain = local || previous?.zoneOffset === piece.zoneOffset;
    const known = meetsAgain && previous !== undefined ? Math.max(0, previous.last - first + 1) : 0;
    const firstPosition = buckets.length - known;
    for (let index = first + known; index <= last; index++) {
      buckets.push({ start: boundary(index), end: boundary(index + 1) });
    }
    previous = { zoneOffset: piece.zoneOffset, last: Math.max(last, first + known - 1) };
    const offset = shift + piece.zoneOffset - piece.storedOffset + phase - (first - firstPosition) * width;
    pieces.push(...rulePieces(piece, firstPosition, offset / second));
  }
  return {
    buckets: moveBack(buckets, shift),
    rule: { type: 'fixed', widthSeconds: width / second, pieces: joinAlike(pieces) },
    ...wallRange(stored),
  };
}

/** Where stretches of the local clock begin. */
function clockBoundaries({ from, to, zoneOffset }: StoredPiece, width: number, phase: number, zone: string) {
  return (index: number): number => {
    const wall = index * width - phase;
    const instant = wall - zoneOffset;
    // Within a piece no time of the clock comes twice or is skipped.
    return instant >= from && instant < to ? instant : instantOfWallTime(zone, wall);
  };
}

/** Where stretches of real time begin. */
function realBoundaries({ from, zoneOffset }: StoredPiece, width: number, phase: number, zone: string) {
  const { previous, next } = offsetChangesAround(zone, from);
  return (index: number): number => Math.min(Math.max(index * width - phase - zoneOffset, previous), next);
}

function monthGrid(zone: string, storedZone: string, from: number, to: number, shift: number): BucketGrid {
  const months: Bucket[] = [];
  const first = Temporal.Instant.fromEpochMilliseconds(from + shift)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .with({ day: 1 });
  for (let month = first; ; month = month.add({ months: 1 })) {
    const start = month.toZonedDateTime(zone).epochMilliseconds;
    if (start >= to + shift) {
      break;
    }
    months.push({ start, end: month.add({ months: 1 }).toZonedDateTime(zone).epochMilliseconds });
  }
  const buckets = moveBack(months, shift);
  const ends = buckets.map(
    (bucket) => wallRange(storedPieces(storedZone, 'UTC', from, Math.min(bucket.end, to))).wallTo
  );
  return { buckets, rule: { type: 'listed', ends }, ...wallRange(storedPieces(storedZone, 'UTC', from, to)) };
}

function moveBack(buckets: Bucket[], shift: number): Bucket[] {
  return shift === 0 ? buckets : buckets.map(({ start, end }) => ({ start: start - shift, end: end - shift }));
}

function intervalWidth(interval: Interval): number {
  return interval === 'month' ? longestMonth : widths[interval];
}
