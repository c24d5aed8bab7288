import { Temporal } from 'temporal-polyfill';
import type { TimeRange } from './resolve-range.ts';

/** Calendar steps in a zone; instants are ms since 1970, and each ends with one that has not come yet at `asOf`. */

const hour = 3_600_000;

/** The calendar month that ends at `asOf` or is under way then. */
export function monthOf(zone: string, asOf: number): TimeRange {
  const start = zoned(zone, asOf - 1)
    .with({ day: 1 })
    .startOfDay();
  return { from: start.epochMilliseconds, to: start.add({ months: 1 }).startOfDay().epochMilliseconds };
}

/** The rest of its day as a part of it, and the whole days that follow until the end of the month. */
export function remainingDays(zone: string, asOf: number): number {
  const day = zoned(zone, asOf - 1).startOfDay();
  const end = day.add({ days: 1 }).startOfDay();
  const rest = (end.epochMilliseconds - asOf) / (end.epochMilliseconds - day.epochMilliseconds);
  return rest + day.daysInMonth - day.day;
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

/** The same time of the clock a day, week or month before; in a shorter month its last day. */
export function stepBack(zone: string, instant: number, unit: 'day' | 'week' | 'month'): number {
  return zoned(zone, instant).subtract(durations[unit]).epochMilliseconds;
}

/** The same time of the clock a day, week or month later; a time that the clock skips is the first after the gap. */
export function stepForward(zone: string, instant: number, unit: 'day' | 'week' | 'month'): number {
  return zoned(zone, instant).add(durations[unit]).epochMilliseconds;
}

const durations = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } } as const;

function zoned(zone: string, instant: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}
