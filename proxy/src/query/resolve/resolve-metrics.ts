import { ApiError } from '../../errors.ts';
import { autoInterval, type BucketGrid, estimateBuckets } from '../windows/buckets.ts';
import type { Comparison } from '../windows/comparison.ts';
import type { GroupDimension } from '../dimensions/group-dimension.ts';
import { groupDimensions } from '../dimensions/group-dimensions.ts';
import { latencyRow } from '../dimensions/latency-rows.ts';
import type { Metric } from '../metrics/metric.ts';
import { metrics } from '../metrics/metrics.ts';
import type { Parameters } from '../model/parameters.ts';
import { type ResolvedFilter, resolveFilters } from './resolve-filters.ts';
import { type QueryContext, resolveRange, type TimeRange } from './resolve-range.ts';
import type { Interval, MetricsQuery } from '../model/schema.ts';
import { type SummaryColumn, summaryColumns, type SummaryPart } from '../derive/summary-columns.ts';
import { type Period, resolvePeriods } from '../windows/windows.ts';

/** A question about metrics with every name looked up, every default filled in and every limit kept. */
export interface ResolvedMetrics {
  kind: MetricsQuery['kind'];
  metrics: Metric[];
  groupBy: GroupDimension[];
  filters: ResolvedFilter[];
  from: number;
  to: number;
  now: number;
  zone: string;
  storedZone: string;
  /** Null for a summary. */
  interval: Interval | null;
  /** The buckets of the answer. */
  grid: BucketGrid;
  /** The period asked about and, where there is a comparison, the one before it. */
  periods: [Period, ...Period[]];
  compare: Comparison | null;
  /** What is answered of a comparison; null for all. */
  period: SummaryPart | null;
  top: Ranking | null;
  /** Null where rows come in the order of their rank or labels. */
  order: { by: string; direction: 'asc' | 'desc' } | null;
  /** Of the rows of a summary; null for all. */
  limit: number | null;
  parameters: Parameters;
  fill: MetricsQuery['fill'];
  shape: MetricsQuery['shape'];
  legend: string;
  minRequests: number;
  /** Of groups: dimensions of a known size multiply them. */
  maxSeries: number;
  /** Of all series together: several metrics multiply them. */
  maxPoints: number;
}

/** Which groups are answered by themselves: those with the highest value over the whole range. */
export interface Ranking {
  limit: number;
  metric: Metric;
  /** Are the others answered together? */
  other: boolean;
}

/** In ms: calls are slow that take longer, unless the question says otherwise. */
export const defaultSlowMs = 10_000;

/**
 * Looks up names, zone, interval and limits. Throws `invalid_request` for what is unknown or does not fit together and
 * `query_too_large` for what is beyond a limit.
 */
export function resolveMetrics(query: MetricsQuery, context: QueryContext): ResolvedMetrics {
  const { kind } = query;
  const { from, to } = resolveRange(context);
  const zone = query.timezone ?? context.defaultZone;
  const asked = query.metrics.map((name) => resolveMetric('metrics', name, kind));
  const chosen = kind === 'heatmap' ? [cellMetric(asked)] : asked;
  refuseDuplicates('metrics', query.metrics);
  refuseDuplicates('groupBy', query.groupBy);
  const compare = query.compare === 'none' ? null : query.compare;
  const period = resolveSummaryPart(query);
  const columns = kind === 'summary' ? summaryColumns({ metrics: chosen, compare, period }) : [];
  if (context.alerting) {
    refuseUnfitForRules(query, columns);
  }
  const groupBy = kind === 'heatmap' ? [latencyRow] : query.groupBy.map((name) => resolveDimension(name, query));
  const top = resolveTop(query);
  const interval = kind === 'summary' ? null : resolveInterval(query, { from, to }, context);
  const { now, storedZone, limits } = context;
  // Dimensions with very many values are ranked before they are read.
  const ranking = groupBy.some(({ needsTop }) => needsTop) ? null : (top?.metric ?? null);
  const maxSeries = groupBy.reduce((product, { size }) => product * (size ?? 1), limits.series);
  return {
    kind,
    metrics: chosen,
    groupBy,
    filters: resolveFilters(query.filters, limits),
    from,
    to,
    now,
    zone,
    storedZone,
    interval,
    ...resolvePeriods({ from, to, now, zone, storedZone, interval, compare, metrics: chosen, ranking }),
    compare: resolveCompare(compare, chosen),
    period,
    top,
    ...resolveOrder(query, columns, maxSeries),
    parameters: resolveParameters(query, top === null ? chosen : [...chosen, top.metric]),
    fill: query.fill,
    shape: query.shape,
    legend: query.legend,
    minRequests: query.minRequests,
    maxSeries,
    maxPoints: limits.series * limits.pointsPerSeries,
  };
}

/** An alert rule judges every number of an answer, and tells them apart by labels only. */
function refuseUnfitForRules({ kind, compare, shape }: MetricsQuery, columns: readonly SummaryColumn[]): void {
  if (kind === 'heatmap') {
    throw new ApiError(
      'invalid_request',
      'kind: an alert rule needs numbers, and a heatmap is for panels: ask for a summary or time series'
    );
  }
  if (kind === 'timeseries' && compare !== 'none') {
    throw new ApiError(
      'invalid_request',
      'compare: an alert rule would judge the previous series, too: ask for a summary and one period'
    );
  }
  if (shape === 'table' && columns.length > 1) {
    throw new ApiError(
      'invalid_request',
      'shape: an alert rule needs one number per set of labels: ask for one metric, with compare also for one period, or set shape to "numbers"'
    );
  }
}

function resolveMetric(field: string, name: string, kind: ResolvedMetrics['kind']): Metric {
  const metric = metrics.find((candidate) => candidate.name === name);
  if (metric === undefined) {
    throw new ApiError(
      'invalid_request',
      `${field}: "${name}" is not a metric; allowed: ${metrics.map((m) => m.name).join(', ')}`
    );
  }
  if (!metric.kinds.includes(kind)) {
    throw new ApiError(
      'invalid_request',
      `${field}: "${name}" has no kind ${kind}; allowed: ${metric.kinds.join(', ')}`
    );
  }
  return metric;
}

/** What the cells of a heatmap say: a metric that can be added up says itself, of any other they count the calls. */
function cellMetric(asked: readonly Metric[]): Metric {
  const [metric, second] = asked;
  if (metric === undefined || second !== undefined) {
    throw new ApiError('invalid_request', 'metrics: a heatmap shows one metric: ask for one');
  }
  return metric.additive ? metric : resolveMetric('metrics', 'requests', 'heatmap');
}

function resolveDimension(name: string, { top }: MetricsQuery): GroupDimension {
  const dimension = groupDimensions.find((candidate) => candidate.name === name);
  if (dimension === undefined) {
    throw new ApiError(
      'invalid_request',
      `groupBy: "${name}" is not a dimension; allowed: ${groupDimensions.map((d) => d.name).join(', ')}`
    );
  }
  if (dimension.needsTop && top === undefined) {
    throw new ApiError('invalid_request', `groupBy: "${name}" may have very many values: it needs top`);
  }
  return dimension;
}

function resolveTop({ top, groupBy }: MetricsQuery): Ranking | null {
  if (top === undefined) {
    return null;
  }
  if (groupBy.length === 0) {
    throw new ApiError('invalid_request', 'top: ranks groups: it needs groupBy');
  }
  // Ranked over the whole range, so as of a summary.
  return { limit: top.limit, metric: resolveMetric('top.by', top.by, 'summary'), other: top.other };
}

function resolveCompare(compare: Comparison | null, chosen: readonly Metric[]): Comparison | null {
  const unfit = chosen.find(({ comparable }) => !comparable);
  if (compare !== null && unfit !== undefined) {
    throw new ApiError('invalid_request', `compare: "${unfit.name}" can't be compared`);
  }
  return compare;
}

function resolveSummaryPart({ kind, compare, period }: MetricsQuery): SummaryPart | null {
  if (period !== undefined && (kind !== 'summary' || compare === 'none')) {
    throw new ApiError('invalid_request', 'period: is for the kind summary with compare');
  }
  return period ?? null;
}

function resolveOrder(
  { kind, groupBy, order, limit }: MetricsQuery,
  columns: readonly SummaryColumn[],
  maxRows: number
): Pick<ResolvedMetrics, 'order' | 'limit'> {
  const asked = order !== undefined ? 'order' : limit !== undefined ? 'limit' : undefined;
  if (kind !== 'summary' && asked !== undefined) {
    throw new ApiError('invalid_request', `${asked}: is for the kinds summary and calls; series are chosen by top`);
  }
  const allowed = [...groupBy, ...columns.map(({ name }) => name)];
  if (order !== undefined && !allowed.includes(order.by)) {
    throw new ApiError('invalid_request', `order.by: "${order.by}" is no column; allowed: ${allowed.join(', ')}`);
  }
  if (limit !== undefined && limit > maxRows) {
    throw new ApiError('query_too_large', `limit: at most ${String(maxRows)} rows`);
  }
  return { order: order ?? null, limit: limit ?? null };
}

function resolveParameters({ parameters }: MetricsQuery, read: readonly Metric[]): Parameters {
  const { slowMs = defaultSlowMs, budget = null } = parameters;
  const needy = read.find((metric) => metric.parameters.includes('budget'));
  if (budget === null && needy !== undefined) {
    throw new ApiError(
      'invalid_request',
      `parameters.budget: enter the budget of a month in the currency: "${needy.name}" needs it`
    );
  }
  return { slowMs, budget };
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
