import type { Cursor } from './cursor.ts';
import { type ResolvedCalls, resolveCalls } from './resolve-calls.ts';
import { type ResolvedMetrics, resolveMetrics } from './resolve-metrics.ts';
import type { QueryContext } from './resolve-range.ts';
import type { CallsQuery, MetricsQuery } from './schema.ts';

/** A question with every name looked up, every default filled in and every limit kept. */
export type ResolvedQuery = ResolvedMetrics | ResolvedCalls;

/** Looks up names, zone, interval and limits; `cursor` is where the page before ended. Throws ApiErrors. */
export function resolveQuery(
  query: MetricsQuery | CallsQuery,
  context: QueryContext,
  cursor: Cursor | null = null
): ResolvedQuery {
  return query.kind === 'calls' ? resolveCalls(query, context, cursor) : resolveMetrics(query, context);
}
