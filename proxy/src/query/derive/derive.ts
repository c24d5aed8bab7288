import { ApiError } from '../../errors.ts';
import type { Group } from '../read/merge.ts';
import { metricValue, type Place } from './metric-value.ts';
import type { Metric } from '../metrics/metric.ts';
import { orderRows } from './order-rows.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';
import { type SummaryColumn, summaryColumns, type SummaryPart, type SummaryRow } from './summary-columns.ts';
import { allGroups, isOther } from './top.ts';
import type { Period } from '../windows/windows.ts';

/** One metric of one group over time; gaps are left out. */
export interface Series {
  metric: Metric;
  /** Of the group; with a comparison `period` says which one this is. */
  labels: Record<string, string>;
  /** `[ms since 1970, value]`, ascending. */
  points: [number, number][];
}

/** `found`: how many rows there are; a limit may leave some out. */
export type Derived =
  | { kind: 'timeseries'; series: Series[] }
  | { kind: 'summary'; columns: SummaryColumn[]; rows: SummaryRow[]; found: number };

/** The rows that metrics of the same values could not count, over the whole answer. */
export interface LeftOut {
  metrics: readonly Pick<Metric, 'label'>[];
  rows: number;
}

/**
 * Computes every metric from merged partials. Throws `query_too_large` for an answer with more groups or points than the
 * limits; groups that have no value at all are not in it.
 */
export function deriveMetrics(groups: readonly Group[], query: ResolvedMetrics): Derived {
  const all = allGroups(query.metrics.some(({ ofAll }) => ofAll) ? groups : []);
  const asked = query.top?.other === false ? groups.filter(({ labels }) => !isOther(labels)) : groups;
  const present = asked.length === 0 && query.groupBy.length === 0 ? [{ labels: [], periods: [] }] : asked;
  return query.kind === 'summary' ? answerRows(present, all, query) : answerSeries(present, all, query);
}

function answerSeries(groups: readonly Group[], all: Group, query: ResolvedMetrics): Derived {
  const answered: Series[][] = [];
  let points = 0;
  for (const group of groups) {
    const series = query.periods.flatMap((period, index) => periodSeries(group, all, period, index, query));
    if (series.length > 0) {
      answered.push(series);
    }
    points = series.reduce((sum, one) => sum + one.points.length, points);
    refuseMoreGroups(answered.length, query);
    if (points > query.maxPoints) {
      throw new ApiError(
        'query_too_large',
        `The answer has more than ${String(query.maxPoints)} points: choose a longer interval, fewer metrics or a filter`
      );
    }
  }
  return { kind: 'timeseries', series: answered.flat() };
}

function periodSeries(group: Group, all: Group, period: Period, index: number, query: ResolvedMetrics): Series[] {
  const labels = { ...labelsOf(group, query), ...(query.compare === null ? {} : { period: period.name }) };
  // Of the buckets without calls, which may be nearly all, only those are looked at that can have a value.
  const found = (group.periods[index]?.range?.buckets() ?? []).sort((a, b) => a - b);
  return query.metrics
    .map((metric) => {
      const zero = query.fill === 'zero' && metric.zeroFill;
      const points: [number, number][] = [];
      // One for all of them: there may be very many.
      const place = placeOf(group, all, period, index, 0);
      for (const bucket of zero ? query.grid.buckets.keys() : found) {
        const start = query.grid.buckets[bucket]?.start;
        place.bucket = bucket;
        place.seconds = period.seconds[bucket] ?? 0;
        const value = metricValue(metric, place, query, zero);
        if (value !== null && start !== undefined) {
          points.push([start, value]);
        }
      }
      return { metric, labels, points };
    })
    .filter(({ points }) => points.length > 0);
}

function answerRows(groups: readonly Group[], all: Group, query: ResolvedMetrics): Derived {
  const columns = summaryColumns(query);
  const rows = groups.flatMap((group): SummaryRow[] => {
    const found = new Map(query.metrics.map((metric) => [metric, periodValues(metric, group, all, query)]));
    const values = columns.map(({ metric, part }) => partValue(part, found.get(metric) ?? []));
    return values.every((value) => value === null) ? [] : [{ labels: labelsOf(group, query), values }];
  });
  const ordered = query.order === null ? rows : orderRows(rows, columns, query.groupBy, query.order);
  const limited = ordered.slice(0, query.limit ?? ordered.length);
  refuseMoreGroups(limited.length, query);
  return { kind: 'summary', columns, rows: limited, found: rows.length };
}

/** A metric's value in each period of the question. */
function periodValues(metric: Metric, group: Group, all: Group, query: ResolvedMetrics): (number | null)[] {
  // Where only one of two periods has calls, what may be added up is 0 in the other.
  const zero = query.fill === 'zero' || (query.compare !== null && hasCalls(group));
  return query.periods.map((period, index) => metricValue(metric, placeOf(group, all, period, index, 0), query, zero));
}

function partValue(part: SummaryPart, [current = null, previous = null]: readonly (number | null)[]): number | null {
  const delta = current === null || previous === null ? null : current - previous;
  switch (part) {
    case 'current':
      return current;
    case 'previous':
      return previous;
    case 'delta':
      return delta;
    case 'delta_ratio':
      return delta === null || previous === null || previous === 0 ? null : delta / previous;
    default:
      return part satisfies never;
  }
}

function hasCalls({ periods }: Group): boolean {
  return periods.flatMap((cells) => Object.values(cells)).some((columns) => (columns.total('requests') ?? 0) > 0);
}

function placeOf(group: Group, all: Group, period: Period, index: number, bucket: number): Place {
  return {
    period,
    bucket,
    cells: group.periods[index] ?? {},
    all: all.periods[index] ?? {},
    seconds: period.seconds[bucket] ?? 0,
  };
}

function refuseMoreGroups(count: number, { maxSeries, top }: ResolvedMetrics): void {
  // All others are one more than were asked for.
  if (count > maxSeries + (top?.other === true ? 1 : 0)) {
    throw new ApiError(
      'query_too_large',
      `The question has more than ${String(maxSeries)} groups: ask for the top of them, add a filter or group by fewer dimensions`
    );
  }
}

function labelsOf(group: Group, query: ResolvedMetrics): Record<string, string> {
  return Object.fromEntries(query.groupBy.map(({ name }, index) => [name, group.labels[index] ?? '']));
}

/** How many rows of the current period the metrics had to leave out because they lack the value. */
export function rowsLeftOut(groups: readonly Group[], query: ResolvedMetrics): LeftOut[] {
  const alike = Map.groupBy(query.metrics, ({ counted, windows: [window] }) => `${counted} ${String(window)}`);
  return [...alike.values()]
    .map((metrics) => ({ metrics, rows: metrics[0] === undefined ? 0 : rowsWithout(metrics[0], groups) }))
    .filter(({ rows }) => rows > 0);
}

function rowsWithout({ counted, windows: [window = 'range'] }: Metric, groups: readonly Group[]): number {
  let rows = 0;
  for (const { periods } of groups) {
    const columns = periods[0]?.[window];
    rows += (columns?.total('requests') ?? 0) - (columns?.total(counted) ?? 0);
  }
  return rows;
}
