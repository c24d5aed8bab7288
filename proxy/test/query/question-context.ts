import type { QueryContext, QueryLimits } from '../../src/query/resolve/resolve-range.ts';

/** The limits that the proxy has by default. */
export const defaultLimits: QueryLimits = {
  rangeDays: 400,
  pointsPerSeries: 11_000,
  series: 100,
  filters: 20,
  filterValues: 100,
  rowsPerPage: 1000,
};

/** A panel's question about 2026-05-01 in UTC, asked two days later; `from`, `to` and `now` may be ISO 8601. */
export function questionContext({
  from = '2026-05-01T00:00Z',
  to = '2026-05-02T00:00Z',
  now = '2026-05-04T00:00Z',
  ...rest
}: Partial<Omit<QueryContext, 'from' | 'to' | 'now'>> &
  Partial<Record<'from' | 'to' | 'now', string | number>> = {}): QueryContext & { from: number; to: number } {
  return {
    from: instant(from),
    to: instant(to),
    now: instant(now),
    intervalMs: 1000,
    maxDataPoints: 1000,
    defaultZone: 'UTC',
    storedZone: 'UTC',
    alerting: false,
    limits: defaultLimits,
    ...rest,
  };
}

function instant(time: string | number): number {
  return typeof time === 'number' ? time : Date.parse(time);
}
