import type { Bucket } from './buckets.ts';
import type { Group } from './merge.ts';
import { type Metric, metricInput } from './metrics.ts';
import type { Partials } from './partials.ts';
import type { ResolvedMetrics } from './resolve-metrics.ts';
import { ApiError } from '../errors.ts';

/** One metric of one group over time; gaps are left out. */
export interface Series {
  metric: Metric;
  labels: Record<string, string>;
  /** `[ms since 1970, value]`, ascending. */
  points: [number, number][];
}

/** One group of a summary with a value per metric, in the order asked for. */
export interface SummaryRow {
  labels: Record<string, string>;
  values: (number | null)[];
}

export type Derived = { kind: 'timeseries'; series: Series[] } | { kind: 'summary'; rows: SummaryRow[] };

/** The rows that a metric could not count, over the whole answer. */
export interface LeftOut {
  metric: Metric;
  rows: number;
}

/**
 * Computes every metric from merged partials. Throws `query_too_large` for an answer with more groups or points than the
 * limits; groups that have no value at all are not in it.
 */
export function deriveMetrics(groups: readonly Group[], query: ResolvedMetrics): Derived {
  const present = groups.length === 0 && query.groupBy.length === 0 ? [{ labels: [], buckets: new Map() }] : groups;
  return query.kind === 'summary'
    ? { kind: 'summary', rows: answerGroups(present, query, (group) => summaryRow(group, query)) }
    : { kind: 'timeseries', series: answerSeries(present, query) };
}

function answerSeries(groups: readonly Group[], query: ResolvedMetrics): Series[] {
  let points = 0;
  return answerGroups(groups, query, (group) => {
    const series = groupSeries(group, query);
    points = series.reduce((sum, one) => sum + one.points.length, points);
    if (points > query.maxPoints) {
      throw new ApiError(
        'query_too_large',
        `The answer has more than ${String(query.maxPoints)} points: choose a longer interval, fewer metrics or a filter`
      );
    }
    return series;
  });
}

function answerGroups<Part>(
  groups: readonly Group[],
  query: ResolvedMetrics,
  answerGroup: (group: Group) => Part[]
): Part[] {
  const answered = groups.map(answerGroup).filter((parts) => parts.length > 0);
  if (answered.length > query.maxSeries) {
    throw new ApiError(
      'query_too_large',
      `The question has more than ${String(query.maxSeries)} groups: add a filter or group by fewer dimensions`
    );
  }
  return answered.flat();
}

function groupSeries(group: Group, query: ResolvedMetrics): Series[] {
  return query.metrics
    .map((metric) => ({
      metric,
      labels: labelsOf(group, query),
      points: query.grid.buckets.flatMap((bucket, index) => point(bucket, group.buckets.get(index), metric, query)),
    }))
    .filter((series) => series.points.length > 0);
}

function point(
  bucket: Bucket,
  partials: Partials | undefined,
  metric: Metric,
  query: ResolvedMetrics
): [number, number][] {
  const value = metricValue(partials, bucket, metric, query);
  return value === null ? [] : [[bucket.start, value]];
}

function summaryRow(group: Group, query: ResolvedMetrics): SummaryRow[] {
  const whole = { start: query.from, end: query.to };
  const values = query.metrics.map((metric) => metricValue(group.buckets.get(0), whole, metric, query));
  return values.every((value) => value === null) ? [] : [{ labels: labelsOf(group, query), values }];
}

function metricValue(
  partials: Partials | undefined,
  bucket: Bucket,
  metric: Metric,
  query: ResolvedMetrics
): number | null {
  const empty = Number(partials?.values.requests ?? 0) === 0;
  const counted = Number(partials?.values[metric.counted] ?? 0);
  if (counted < query.minRequests) {
    return null;
  }
  if (partials === undefined || empty) {
    const past = Math.max(bucket.start, query.from) < query.now;
    return query.fill === 'zero' && metric.zeroFill && past ? 0 : null;
  }
  const value = metric.value(metricInput(partials, elapsedSeconds(bucket, query), query.now));
  return value !== null && Number.isFinite(value) ? value : null;
}

/** Seconds of bucket ∩ range ∩ the past. */
function elapsedSeconds(bucket: Bucket, query: ResolvedMetrics): number {
  const from = Math.max(bucket.start, query.from);
  const to = Math.min(bucket.end, query.to, query.now);
  return Math.max(0, to - from) / 1000;
}

function labelsOf(group: Group, query: ResolvedMetrics): Record<string, string> {
  return Object.fromEntries(query.groupBy.map(({ name }, index) => [name, group.labels[index] ?? '']));
}

/** How many rows each metric had to leave out because they lack its value. */
export function rowsLeftOut(groups: readonly Group[], query: ResolvedMetrics): LeftOut[] {
  const sum = (name: Metric['counted']) =>
    groups.reduce(
      (outer, group) =>
        [...group.buckets.values()].reduce((inner, { values }) => inner + Number(values[name] ?? 0), outer),
      0
    );
  const all = sum('requests');
  return query.metrics.map((metric) => ({ metric, rows: all - sum(metric.counted) })).filter(({ rows }) => rows > 0);
}
