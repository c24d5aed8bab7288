import { createHash } from 'node:crypto';
import { ApiError } from '../../errors.ts';
import { type BucketGrid, singleBucket } from '../windows/buckets.ts';
import { type CallOrderName, callOrders } from './call-columns.ts';
import { type Cursor, invalidCursor } from './cursor.ts';
import { type ResolvedFilter, resolveFilters } from '../resolve/resolve-filters.ts';
import { type QueryContext, resolveRange, type TimeRange } from '../resolve/resolve-range.ts';
import type { CallsQuery } from '../model/schema.ts';

export interface CallsOrder {
  by: CallOrderName;
  direction: 'asc' | 'desc';
}

/** A question about single calls with every name looked up, every default filled in and every limit kept. */
export interface ResolvedCalls {
  kind: 'calls';
  filters: ResolvedFilter[];
  order: CallsOrder;
  from: number;
  to: number;
  storedZone: string;
  /** The range in stored times. */
  grid: BucketGrid;
  limit: number;
  /** The call after which the page begins; null for the first page. */
  after: Pick<Cursor, 'value' | 'id'> | null;
  /** The digest of all that must stay the same from page to page, apart from the range: for the next cursor. */
  question: string;
}

const defaultLimit = 100;

/**
 * Looks up order, range and limits, and goes on where `cursor` ended. Throws `invalid_request` for what is unknown, does
 * not fit together or is not the cursor's question, and `query_too_large` for what is beyond a limit.
 */
export function resolveCalls(query: CallsQuery, context: QueryContext, cursor: Cursor | null): ResolvedCalls {
  if (context.alerting) {
    throw new ApiError(
      'invalid_request',
      'kind: an alert rule needs numbers, and calls are none: ask for a summary or time series'
    );
  }
  const filters = resolveFilters(query.filters, context.limits);
  const order = resolveOrder(query.order);
  const question = createHash('sha256')
    .update(JSON.stringify([filters, order]))
    .digest('base64url');
  if (cursor !== null && cursor.question !== question) {
    throw invalidCursor();
  }
  const { from, to } = cursor === null ? resolveRange(context) : resumeRange(context, cursor);
  return {
    kind: 'calls',
    filters,
    order,
    from,
    to,
    storedZone: context.storedZone,
    grid: singleBucket(context.storedZone, from, to),
    limit: resolveLimit(query.limit, context.limits.rowsPerPage),
    after: cursor === null ? null : { value: cursor.value, id: cursor.id },
    question,
  };
}

function resolveOrder({ by, direction }: NonNullable<CallsQuery['order']> = newestFirst): CallsOrder {
  const order = callOrders.find(({ name }) => name === by);
  if (order === undefined) {
    throw new ApiError(
      'invalid_request',
      `order.by: "${by}" is unknown; allowed: ${callOrders.map(({ name }) => name).join(', ')}`
    );
  }
  return { by: order.name, direction };
}

const newestFirst: CallsOrder = { by: 'start_time', direction: 'desc' };

/** The range of the first page; a range that is given again has to be the same. */
function resumeRange(context: QueryContext, { from, to }: Cursor): TimeRange {
  if ((context.from ?? from) !== from || (context.to ?? to) !== to) {
    throw new ApiError(
      'invalid_request',
      'from, to: are not those that the cursor began with: leave them out beside a cursor'
    );
  }
  return resolveRange({ ...context, from, to });
}

function resolveLimit(asked: number | undefined, rowsPerPage: number): number {
  const limit = asked ?? Math.min(defaultLimit, rowsPerPage);
  if (limit > rowsPerPage) {
    throw new ApiError('query_too_large', `limit: at most ${String(rowsPerPage)} calls a page`);
  }
  return limit;
}
