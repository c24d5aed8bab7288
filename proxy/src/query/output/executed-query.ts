import { wallText } from '../../time/wall-text.ts';
import type { Metric } from '../metrics/metric.ts';
import type { WindowPlan } from '../read/plan.ts';
import type { GroupsRead } from '../read/read-groups.ts';
import type { Segment } from '../read/segments.ts';
import type { ResolvedCalls } from '../calls/resolve-calls.ts';
import type { ResolvedEvents } from '../events/resolve-events.ts';
import type { ResolvedFilter } from '../resolve/resolve-filters.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';

/** The canonical question and the segments that answered it, as JSON: for the query inspector. */
export function describeMetricsExecution(
  query: ResolvedMetrics,
  plans: readonly WindowPlan[],
  rollups: GroupsRead['rollups']
): string {
  const { kind, metrics, groupBy, filters, interval, zone, fill, shape, minRequests, parameters } = query;
  const { compare, period, top, order, limit } = query;
  const read = new Set(metricsRead(query).flatMap((metric) => metric.parameters));
  return JSON.stringify({
    kind,
    metrics: metrics.map(({ name }) => name),
    groupBy: groupBy.map(({ name }) => name),
    filters: filters.map(describeFilter),
    ...describeRange(query),
    ...(interval === null ? { shape } : { interval }),
    ...(dependsOnZone(query) ? { timezone: zone } : {}),
    fill,
    ...(top === null ? {} : { top: { limit: top.limit, by: top.metric.name, other: top.other } }),
    ...(compare === null ? {} : { compare }),
    ...(period === null ? {} : { period }),
    ...(order === null ? {} : { order }),
    ...(limit === null ? {} : { limit }),
    ...(minRequests > 0 ? { minRequests } : {}),
    ...(read.size === 0 ? {} : { parameters: Object.fromEntries([...read].map((name) => [name, parameters[name]])) }),
    segments: plans.flatMap(({ window, segments }) =>
      segments.map((segment) => ({
        ...describeSegment(segment),
        ...(window.name === 'range' ? {} : { window: window.name }),
        ...(window.period === 0 ? {} : { period: 'previous' }),
      }))
    ),
    ...(rollups === null ? {} : { rollups: describeRollups(rollups) }),
  });
}

function metricsRead({ metrics, top }: ResolvedMetrics): Metric[] {
  return top === null ? metrics : [...metrics, top.metric];
}

function dependsOnZone(query: ResolvedMetrics): boolean {
  const { interval, compare, groupBy } = query;
  return (
    interval !== null ||
    (compare !== null && compare !== 'previous') ||
    groupBy.some(({ zoned }) => zoned) ||
    metricsRead(query).some(({ windows }) => windows.some((name) => name !== 'range'))
  );
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

/** The same of a question about events. */
export function describeEventsExecution(query: ResolvedEvents, segments: readonly Segment[]): string {
  const { kind, events, filters, zone, budget } = query;
  return JSON.stringify({
    kind,
    metrics: events,
    filters: filters.map(describeFilter),
    ...describeRange(query),
    timezone: zone,
    ...(budget === null ? {} : { parameters: { budget } }),
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

function describeSegment(segment: Segment) {
  const { source, wallFrom, wallTo } = segment;
  return {
    source,
    ...(segment.source === 'rollup' ? { tier: segment.tier.name } : {}),
    from: wallText(wallFrom),
    to: wallText(wallTo),
  };
}

function describeRollups({ watermark, auditedAt }: NonNullable<GroupsRead['rollups']>) {
  return {
    watermark: watermark === null ? null : String(watermark),
    auditedAt: auditedAt === null ? null : new Date(auditedAt).toISOString(),
  };
}
