import { Temporal } from 'temporal-polyfill';

// Looking one up takes longer than all else that is read of a question. There are about 600, in any spelling of case.
const knownZones = new Set<string>();
const mostKnownZones = 1000;

/** Whether `name` is an IANA zone that this runtime knows. Offsets such as `+05:45` are not zones. */
export function isTimeZone(name: string): boolean {
  if (knownZones.has(name)) {
    return true;
  }
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) {
    return false;
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    if (knownZones.size < mostKnownZones) {
      knownZones.add(name);
    }
    return true;
  } catch {
    return false;
  }
}

/** A stretch of time, in ms since 1970, over which a zone's offset from UTC (ms) stays the same. */
export interface OffsetSpan {
  from: number;
  to: number;
  offset: number;
}

/** The spans of constant offset that cover `[from, to)`, in order and without gaps. */
export function offsetSpans(zone: string, from: number, to: number): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
  while (start.epochMilliseconds < to) {
    const next = start.getTimeZoneTransition('next');
    const end = next === null ? to : Math.min(next.epochMilliseconds, to);
    spans.push({ from: start.epochMilliseconds, to: end, offset: start.offsetNanoseconds / 1e6 });
    if (next === null) {
      break;
    }
    start = next;
  }
  return spans;
}

/** The changes of a zone's offset around an instant: the last one at or before it and the next one after it. */
export function offsetChangesAround(zone: string, instant: number): { previous: number; next: number } {
  const here = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return {
    previous:
      here.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    next: here.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * The instant (ms since 1970) of a wall-clock time, itself given as ms since 1970 as if it were UTC. A time that
 * occurs twice is its first occurrence; one that is skipped is the first instant after the gap.
 */
export function instantOfWallTime(zone: string, wallMs: number): number {
  // By far the most are, and a page of calls has thousands of times.
  if (zone === 'UTC') {
    return wallMs;
  }
  const wall = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO('UTC').toPlainDateTime();
  const zoned = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (zoned.toPlainDateTime().equals(wall)) {
    return zoned.epochMilliseconds;
  }
  // "earlier" reads a skipped time with the offset after the gap, so it lands before it: the gap's end comes next.
  return zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? zoned.epochMilliseconds;
}

/** Whether the zone's offset ever changes after `from` (ms since 1970). */
export function changesOffset(zone: string, from: number): boolean {
  return Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).getTimeZoneTransition('next') !== null;
}
