import { Temporal } from 'temporal-polyfill';
import { type OffsetSpan, offsetSpans } from '../../time/time-zone.ts';
import type { TimeRange } from '../resolve/resolve-range.ts';

/** Calendar steps in a zone; instants are ms since 1970, and each ends with one that has not come yet at `asOf`. */

const hour = 3_600_000;
const day = 24 * hour;

/** The calendar month that ends at `asOf` or is under way then. */
export function monthOf(zone: string, asOf: number): TimeRange {
  const start = zoned(zone, asOf - 1)
    .with({ day: 1 })
    .startOfDay();
  return { from: start.epochMilliseconds, to: start.add({ months: 1 }).startOfDay().epochMilliseconds };
}

/** The rest of its day as a part of it, and the whole days that follow until the end of the month. */
export function remainingDays(zone: string, asOf: number): number {
  const today = zoned(zone, asOf - 1).startOfDay();
  const end = today.add({ days: 1 }).startOfDay();
  const rest = (end.epochMilliseconds - asOf) / (end.epochMilliseconds - today.epochMilliseconds);
  return rest + today.daysInMonth - today.day;
}

/** The last `count` days that have ended at `asOf`, as one range. */
export function fullDaysBefore(zone: string, asOf: number, count: number): TimeRange {
  const today = zoned(zone, asOf).startOfDay();
  return { from: today.subtract({ days: count }).startOfDay().epochMilliseconds, to: today.epochMilliseconds };
}

/** The last full hour of the zone's clock at `asOf`, and the same hour in each of the `weeks` before. */
export function sameHours(zone: string, asOf: number, weeks: number): TimeRange[] {
  const here = zoned(zone, asOf);
  const offset = here.offsetNanoseconds / 1e6;
  const end = Math.floor((asOf + offset) / hour) * hour - offset;
  const last = zoned(zone, end - hour);
  return Array.from({ length: weeks + 1 }, (_, week) => {
    const from = last.subtract({ weeks: week }).epochMilliseconds;
    return { from, to: from + hour };
  });
}

/** The same time of the clock a day, week or month before; of a day that the month before lacks, the end of that month. */
export function stepBack(zone: string, instant: number, unit: Step): number {
  const here = zoned(zone, instant);
  const earlier = here.subtract(durations[unit]);
  const lacks = unit === 'month' && earlier.day !== here.day;
  return (lacks ? here.with({ day: 1 }).startOfDay() : earlier).epochMilliseconds;
}

/**
 * The same times of the clock a day, week or month later, of instants in ascending order; a time that the clock skips is
 * the first after the gap. By hand, because a calendar's steps take a third of a second for 11,000 instants.
 */
export function stepForward(zone: string, instants: readonly number[], unit: Step): number[] {
  const [first = 0] = instants;
  const spans = offsetSpans(zone, first, (instants.at(-1) ?? first) + longestStep);
  return instants.map((instant) => {
    const offset = spans.find(({ to }) => instant < to)?.offset ?? 0;
    return firstAtWallTime(spans, wallTimeLater(instant + offset, unit));
  });
}

type Step = keyof typeof durations;

const durations = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } } as const;
/** A month, and a day for whatever the clock is set back by. */
const longestStep = 32 * day;

function wallTimeLater(wall: number, unit: Step): number {
  if (unit !== 'month') {
    return wall + (unit === 'week' ? 7 : 1) * day;
  }
  const date = new Date(wall);
  const later = new Date(wall);
  later.setUTCMonth(date.getUTCMonth() + 1);
  if (later.getUTCDate() !== date.getUTCDate()) {
    later.setUTCDate(0); // The last day of the shorter month.
  }
  return later.getTime();
}

function firstAtWallTime(spans: readonly OffsetSpan[], wall: number): number {
  const span = spans.find(({ to, offset }) => wall - offset < to);
  return span === undefined ? wall : Math.max(span.from, wall - span.offset);
}

function zoned(zone: string, instant: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}
