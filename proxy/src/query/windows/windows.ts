import { type BucketGrid, bucketGrid, clipSeconds, singleBucket } from './buckets.ts';
import { fullDaysBefore, monthOf, remainingDays, sameHours } from './calendar.ts';
import { type Comparison, comparedGrid, comparisonEnd, comparisonRange } from './comparison.ts';
import type { Calendar, Metric, WindowName } from '../metrics/metric.ts';
import type { TimeRange } from '../resolve/resolve-range.ts';
import type { Interval } from '../model/schema.ts';

/** A stretch of time that is read, and what of it. */
export interface Window extends TimeRange {
  name: WindowName;
  /** The position of its period in the question. */
  period: number;
  grid: BucketGrid;
  /** For which bucket of the answer each bucket of the grid stands. */
  positions: number[];
  /** What is read has to serve these. */
  metrics: readonly Metric[];
}

/** What a question is about, or what that is compared with: a range and the windows that belong to it. */
export interface Period extends TimeRange {
  name: 'current' | 'previous';
  windows: Window[];
  /** Seconds of the past that each bucket of the answer stands for. */
  seconds: number[];
  calendar: Calendar;
}

export interface PeriodOptions extends TimeRange {
  now: number;
  zone: string;
  storedZone: string;
  /** Null for one bucket. */
  interval: Interval | null;
  compare: Comparison | null;
  metrics: readonly Metric[];
  /** Read for the ranking of groups only. */
  ranking: Metric | null;
}

type Stretch = Omit<Window, 'name' | 'period' | 'metrics'>;

/** In the order in which they are read. */
const windowNames = ['range', 'month', 'days', 'hours'] as const satisfies readonly WindowName[];
const days = 7;
const weeks = 4;

/** The period that is asked about and, where there is a comparison, the one before it, on the same buckets. */
export function resolvePeriods(options: PeriodOptions): { grid: BucketGrid; periods: [Period, ...Period[]] } {
  const { from, to, now, zone, storedZone, interval, compare, metrics, ranking } = options;
  const grid =
    interval === null ? singleBucket(storedZone, from, to) : bucketGrid(interval, zone, storedZone, from, to);
  const read = ranking === null || metrics.includes(ranking) ? metrics : [...metrics, ranking];
  const asOf = Math.min(to, now);
  const current = resolvePeriod(0, { from, to }, asOf, { grid, positions: identity(grid) }, read, options);
  if (compare === null) {
    return { grid, periods: [current] };
  }
  const before = comparisonRange(compare, zone, { from, to });
  const compared = comparedGrid(compare, options, before, grid.buckets);
  // A month that is under way is compared with as much of the month before.
  const asOfBefore = comparisonEnd(compare, zone, { from, to }, asOf);
  return { grid, periods: [current, resolvePeriod(1, before, asOfBefore, compared, metrics, options)] };
}

function resolvePeriod(
  period: number,
  { from, to }: TimeRange,
  asOf: number,
  range: Pick<Window, 'grid' | 'positions'>,
  metrics: readonly Metric[],
  { now, zone, storedZone }: PeriodOptions
): Period {
  const month = once(() => monthOf(zone, asOf));
  const calendar = once(() => calendarOf(zone, asOf, month()));
  const single = (part: TimeRange, position = 0): Stretch => ({
    ...part,
    grid: singleBucket(storedZone, part.from, part.to),
    positions: [position],
  });
  const stretches: Record<WindowName, () => Stretch[]> = {
    range: () => [{ from, to, ...range }],
    month: () => [single({ from: month().from, to: asOf })],
    days: () => {
      const last = fullDaysBefore(zone, asOf, days);
      const grid = bucketGrid('day', zone, storedZone, last.from, last.to);
      return [{ ...last, grid, positions: identity(grid) }];
    },
    hours: () => sameHours(zone, asOf, weeks).map(single),
  };
  const readBy = (name: WindowName) => metrics.filter((metric) => metric.windows.includes(name));
  return {
    name: period === 0 ? 'current' : 'previous',
    from,
    to,
    windows: windowNames
      .filter((name) => readBy(name).length > 0)
      .flatMap((name) => stretches[name]().map((stretch) => ({ ...stretch, name, period, metrics: readBy(name) }))),
    seconds: clipSeconds(range, { from, to: Math.min(to, now) }),
    get calendar() {
      return calendar();
    },
  };
}

function calendarOf(zone: string, asOf: number, month: TimeRange): Calendar {
  return {
    elapsedShare: (asOf - month.from) / (month.to - month.from),
    remainingDays: remainingDays(zone, asOf),
  };
}

/** What few questions need, and takes long to find out in a calendar. */
function once<Result>(find: () => Result): () => Result {
  let found: { result: Result } | undefined;
  return () => (found ??= { result: find() }).result;
}

function identity({ buckets }: BucketGrid): number[] {
  return buckets.map((_, position) => position);
}
