import { wallText } from '../time/wall-text.ts';
import type { Segment } from './plan.ts';
import type { ResolvedCalls } from './resolve-calls.ts';
import type { ResolvedFilter } from './resolve-filters.ts';
import type { ResolvedMetrics } from './resolve-metrics.ts';

/** The canonical question and the segments that answered it, as JSON: for the query inspector. */
export function describeMetricsExecution(query: ResolvedMetrics, segments: readonly Segment[]): string {
  const { kind, metrics, groupBy, filters, interval, zone, fill, shape, minRequests } = query;
  return JSON.stringify({
    kind,
    metrics: metrics.map(({ name }) => name),
    groupBy: groupBy.map(({ name }) => name),
    filters: filters.map(describeFilter),
    ...describeRange(query),
    ...(interval === null ? { shape } : { interval, timezone: zone }),
    fill,
    ...(minRequests > 0 ? { minRequests } : {}),
    segments: segments.map(describeSegment),
  });
}

/** The same of a question about single calls. */
export function describeCallsExecution(query: ResolvedCalls, segments: readonly Segment[]): string {
  const { kind, filters, order, limit } = query;
  return JSON.stringify({
    kind,
    filters: filters.map(describeFilter),
    ...describeRange(query),
    order,
    limit,
    segments: segments.map(describeSegment),
  });
}

function describeFilter(filter: ResolvedFilter) {
  return {
    key: filter.column,
    operator: filter.operator,
    values: filter.type === 'text' ? filter.values : [filter.value],
  };
}

function describeRange({ from, to }: { from: number; to: number }) {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

function describeSegment({ source, wallFrom, wallTo }: Segment) {
  return { source, from: wallText(wallFrom), to: wallText(wallTo) };
}
