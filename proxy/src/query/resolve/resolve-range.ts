import { ApiError } from '../../errors.ts';

export interface QueryLimits {
  rangeDays: number;
  pointsPerSeries: number;
  series: number;
  filters: number;
  filterValues: number;
  rowsPerPage: number;
}

/** Where and when a question is asked: what is not part of the question itself. */
export interface QueryContext {
  /** ms since 1970, half-open: `[from, to)`. Without `to`: until now; without `from`: the 24 hours before `to`. */
  from?: number | undefined;
  to?: number | undefined;
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

const day = 86_400_000;
// Times below 1973-03-03 are seconds that someone forgot to multiply.
const smallestPlausibleMs = 100_000_000_000;
const year9999 = 253_370_764_800_000;

export interface TimeRange {
  from: number;
  to: number;
}

/** Completes and checks the time range: whole ms since 1970, in order, within the limit. */
export function resolveRange(context: Pick<QueryContext, 'from' | 'to' | 'now' | 'limits'>): TimeRange {
  const { to = context.now, from = to - day, limits } = context;
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
