import { dateTimeForTimeZone } from '@grafana/data';

const MINUTES: Record<string, number> = { '1m': 1, '5m': 5, '15m': 15, '30m': 30, '1h': 60 };

/**
 * Where the bucket that begins at `start` ends, both in milliseconds since 1970. Days, weeks, months and quarters of a
 * day are the zone's, so they may be an hour shorter or longer. Undefined for an interval that there is none of.
 */
export function bucketEnd(start: number, interval: string, zone: string): number | undefined {
  const minutes = MINUTES[interval];
  if (minutes !== undefined) {
    return start + minutes * 60_000;
  }
  const wall = dateTimeForTimeZone(zone, start);
  switch (interval) {
    case '6h':
      // `add` would count hours that passed, not those on the clock.
      wall.set('hour', (wall.hour?.() ?? 0) + 6);
      return wall.valueOf();
    case 'day':
    case 'week':
    case 'month':
      return wall.add(1, interval).valueOf();
    default:
      return undefined;
  }
}
