import { ApiError } from '../errors.ts';
import { autoInterval, bucketGrid, type BucketGrid, estimateBuckets, singleBucket } from './buckets.ts';
import {
  type Dimension,
  type DimensionName,
  dimensions,
  filterKeys,
  measures,
  type MeasureName,
} from './dimensions.ts';
import { type Metric, metrics } from './metrics.ts';
import { type Filter, type Interval, kinds, type Query } from './schema.ts';

export interface QueryLimits {
  rangeDays: number;
  pointsPerSeries: number;
  series: number;
  filters: number;
  filterValues: number;
}

/** Where and when a question is asked: what is not part of the question itself. */
export interface QueryContext {
  /** ms since 1970, half-open: `[from, to)`. */
  from: number;
  to: number;
  intervalMs: number;
  maxDataPoints: number;
  now: number;
  /** For questions that name no zone. */
  defaultZone: string;
  /** The zone that stored times are in. */
  storedZone: string;
  /** Alert rules need one number per set of labels. */
  alerting: boolean;
  limits: QueryLimits;
}

export type ResolvedFilter =
  | { type: 'text'; column: DimensionName; operator: Filter['operator']; values: string[] }
  | { type: 'number'; column: MeasureName; operator: '=' | '!=' | '>' | '>=' | '<' | '<='; value: number };

/** A question with every name looked up, every default filled in and every limit kept. */
export interface ResolvedQuery {
  kind: 'timeseries' | 'summary';
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
  fill: Query['fill'];
  shape: Query['shape'];
  legend: string;
  minRequests: number;
  maxSeries: number;
  /** Of all series together: several metrics multiply them. */
  maxPoints: number;
}

const day = 86_400_000;
// Times below 1973-03-03 are seconds that someone forgot to multiply.
const smallestPlausibleMs = 100_000_000_000;
const year9999 = 253_370_764_800_000;

/**
 * Looks up names, zone, interval and limits. Throws `invalid_request` for what is unknown or does not fit together and
 * `query_too_large` for what is beyond a limit.
 */
export function resolveQuery(query: Query, context: QueryContext): ResolvedQuery {
  const kind = resolveKind(query);
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
  const interval = kind === 'timeseries' ? resolveInterval(query, context) : null;
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

function resolveKind(query: Query): ResolvedQuery['kind'] {
  if (query.kind === 'timeseries' || query.kind === 'summary') {
    return query.kind;
  }
  throw new ApiError('invalid_request', `kind: ${query.kind} is not available yet; allowed: timeseries, summary`);
}

/** Checks the time range: whole ms since 1970, in order, within the limit. */
export function resolveRange({ from, to, limits }: QueryContext): { from: number; to: number } {
  for (const [name, value] of [['from', from] as const, ['to', to] as const]) {
    if (!Number.isSafeInteger(value) || value < 0 || value > year9999) {
      throw new ApiError('invalid_request', `${name}: must be a time in whole ms since 1970, before the year 9999`);
    }
  }
  if (to <= from) {
    throw new ApiError('invalid_request', 'to: must be later than from');
  }
  if (to < smallestPlausibleMs) {
    throw new ApiError('invalid_request', 'from, to: must be in milliseconds since 1970; these look like seconds');
  }
  if (to - from > limits.rangeDays * day) {
    throw new ApiError(
      'query_too_large',
      `The time range is longer than ${String(limits.rangeDays)} days: choose a shorter one`
    );
  }
  return { from, to };
}

function resolveMetric(name: string, kind: ResolvedQuery['kind']): Metric {
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

function resolveInterval(query: Query, context: QueryContext): Interval {
  const { from, to, limits } = context;
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

/** Looks up the filters of a question; also used where only filters are asked for. */
export function resolveFilters(filters: readonly Filter[], limits: QueryLimits): ResolvedFilter[] {
  if (filters.length > limits.filters) {
    throw new ApiError('query_too_large', `filters: at most ${String(limits.filters)} filters`);
  }
  return filters.map((filter, index) => resolveFilter(filter, `filters[${String(index)}]`, limits));
}

function resolveFilter(filter: Filter, path: string, limits: QueryLimits): ResolvedFilter {
  const { key, operator, values } = filter;
  if (values.length > limits.filterValues) {
    throw new ApiError('query_too_large', `${path}.values: at most ${String(limits.filterValues)} values`);
  }
  const known = filterKeys.find((candidate) => candidate.key === key);
  if (known === undefined) {
    throw new ApiError(
      'invalid_request',
      `${path}.key: "${key}" is unknown; allowed: ${filterKeys.map((k) => k.key).join(', ')}`
    );
  }
  if (!(known.operators as readonly string[]).includes(operator)) {
    throw new ApiError(
      'invalid_request',
      `${path}.operator: "${operator}" does not fit ${key}; allowed: ${known.operators.join(', ')}`
    );
  }
  if (operator !== 'in' && operator !== 'not in' && values.length > 1) {
    throw new ApiError(
      'invalid_request',
      `${path}.values: "${operator}" takes one value; use in or not in for several`
    );
  }
  const measure = measures.find((candidate) => candidate.name === key);
  if (measure !== undefined) {
    const value = parseNumber(values[0]);
    if (value === null) {
      throw new ApiError('invalid_request', `${path}.values: ${key} is compared with a finite number`);
    }
    return { type: 'number', column: measure.name, operator: operator as '=', value };
  }
  if (values.some((value) => typeof value !== 'string')) {
    throw new ApiError('invalid_request', `${path}.values: ${key} is compared with text`);
  }
  return { type: 'text', column: key as DimensionName, operator, values: values.map(String) };
}

function parseNumber(value: string | number | undefined): number | null {
  if (typeof value === 'string' && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value.trim())) {
    return null;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function refuseDuplicates(field: string, names: readonly string[]): void {
  if (new Set(names).size < names.length) {
    throw new ApiError('invalid_request', `${field}: names the same twice`);
  }
}

/** The kinds that can be asked for today. */
export const availableKinds = kinds.filter((kind) => kind === 'timeseries' || kind === 'summary');
