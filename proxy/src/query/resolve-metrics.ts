import { ApiError } from '../errors.ts';
import { autoInterval, bucketGrid, type BucketGrid, estimateBuckets, singleBucket } from './buckets.ts';
import { type Dimension, dimensions } from './dimensions.ts';
import { type Metric, metrics } from './metrics.ts';
import { type ResolvedFilter, resolveFilters } from './resolve-filters.ts';
import { type QueryContext, resolveRange, type TimeRange } from './resolve-range.ts';
import type { Interval, MetricsQuery } from './schema.ts';

/** A question about metrics with every name looked up, every default filled in and every limit kept. */
export interface ResolvedMetrics {
  kind: MetricsQuery['kind'];
  metrics: Metric[];
  groupBy: Dimension[];
  filters: ResolvedFilter[];
  from: number;
  to: number;
  now: number;
  zone: string;
  storedZone: string;
  /** Null for a summary. */
  interval: Interval | null;
  grid: BucketGrid;
  fill: MetricsQuery['fill'];
  shape: MetricsQuery['shape'];
  legend: string;
  minRequests: number;
  maxSeries: number;
  /** Of all series together: several metrics multiply them. */
  maxPoints: number;
}

/**
 * Looks up names, zone, interval and limits. Throws `invalid_request` for what is unknown or does not fit together and
 * `query_too_large` for what is beyond a limit.
 */
export function resolveMetrics(query: MetricsQuery, context: QueryContext): ResolvedMetrics {
  const { kind } = query;
  const { from, to } = resolveRange(context);
  const zone = query.timezone ?? context.defaultZone;
  const chosen = query.metrics.map((name) => resolveMetric(name, kind));
  refuseDuplicates('metrics', query.metrics);
  refuseDuplicates('groupBy', query.groupBy);
  if (context.alerting && kind === 'summary' && query.shape === 'table' && chosen.length > 1) {
    throw new ApiError(
      'invalid_request',
      'shape: an alert rule needs one number per set of labels: ask for one metric, or set shape to "numbers"'
    );
  }
  const interval = kind === 'timeseries' ? resolveInterval(query, { from, to }, context) : null;
  return {
    kind,
    metrics: chosen,
    groupBy: query.groupBy.map(resolveDimension),
    filters: resolveFilters(query.filters, context.limits),
    from,
    to,
    now: context.now,
    zone,
    storedZone: context.storedZone,
    interval,
    grid:
      interval === null
        ? singleBucket(context.storedZone, from, to)
        : bucketGrid(interval, zone, context.storedZone, from, to),
    fill: query.fill,
    shape: query.shape,
    legend: query.legend,
    minRequests: query.minRequests,
    maxSeries: context.limits.series,
    maxPoints: context.limits.series * context.limits.pointsPerSeries,
  };
}

function resolveMetric(name: string, kind: ResolvedMetrics['kind']): Metric {
  const metric = metrics.find((candidate) => candidate.name === name);
  if (metric === undefined) {
    throw new ApiError(
      'invalid_request',
      `metrics: "${name}" is not a metric; allowed: ${metrics.map((m) => m.name).join(', ')}`
    );
  }
  if (!metric.kinds.includes(kind)) {
    throw new ApiError(
      'invalid_request',
      `metrics: "${name}" has no kind ${kind}; allowed: ${metric.kinds.join(', ')}`
    );
  }
  return metric;
}

function resolveDimension(name: string): Dimension {
  const groupable = dimensions.filter((candidate) => candidate.groupable);
  const dimension = groupable.find((candidate) => candidate.name === name);
  if (dimension === undefined) {
    const reason = dimensions.some((candidate) => candidate.name === name)
      ? 'needs top, which is not available yet'
      : 'is not a dimension';
    throw new ApiError(
      'invalid_request',
      `groupBy: "${name}" ${reason}; allowed: ${groupable.map((d) => d.name).join(', ')}`
    );
  }
  return dimension;
}

function resolveInterval(query: MetricsQuery, { from, to }: TimeRange, context: QueryContext): Interval {
  const { limits } = context;
  requirePositive('intervalMs', context.intervalMs);
  requirePositive('maxDataPoints', context.maxDataPoints);
  const interval =
    query.interval === 'auto' ? autoInterval(to - from, context.intervalMs, context.maxDataPoints) : query.interval;
  if (estimateBuckets(interval, to - from) > limits.pointsPerSeries) {
    throw new ApiError(
      'query_too_large',
      `interval: ${interval} over this time range makes more than ${String(limits.pointsPerSeries)} points per series: choose a longer interval or a shorter range`
    );
  }
  return interval;
}

function requirePositive(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ApiError('invalid_request', `${name}: must be a whole number of at least 1`);
  }
}

function refuseDuplicates(field: string, names: readonly string[]): void {
  if (new Set(names).size < names.length) {
    throw new ApiError('invalid_request', `${field}: names the same twice`);
  }
}
