import { Temporal } from 'temporal-polyfill';
import { wallText } from '../time/wall-text.ts';

/** How a column keeps times: the zone in which they are read, and its digits of a second (0 to 6). */
export interface StoredTimeType {
  zone: string;
  fractionDigits: number;
}

// Every zone's offset is constant between two quarter hours of UTC.
const quarterHour = 900_000;

/**
 * Writes instants (ms since 1970) as a column keeps them: `YYYY-MM-DD HH:MM:SS.sss`, cut (not rounded) to its digits.
 * Of an hour that occurs twice in the zone both are written alike: docs/contract.md, section 1.
 */
export function createStoredTimeWriter({ zone, fractionDigits }: StoredTimeType): (instant: number) => string {
  const length = fractionDigits === 0 ? 'YYYY-MM-DD HH:MM:SS'.length : 'YYYY-MM-DD HH:MM:SS.'.length + fractionDigits;
  const offsets = new Map<number, number>();
  const offsetAt = (instant: number): number => {
    const quarter = Math.floor(instant / quarterHour);
    const known = offsets.get(quarter);
    if (known !== undefined) {
      return known;
    }
    const offset =
      Temporal.Instant.fromEpochMilliseconds(quarter * quarterHour).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
    offsets.set(quarter, offset);
    return offset;
  };
  return (instant) => {
    const wall = zone === 'UTC' ? instant : instant + offsetAt(instant);
    return wallText(wall).slice(0, length);
  };
}
