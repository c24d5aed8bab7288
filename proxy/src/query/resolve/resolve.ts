import type { Cursor } from '../calls/cursor.ts';
import { type ResolvedCalls, resolveCalls } from '../calls/resolve-calls.ts';
import { type ResolvedEvents, resolveEvents } from '../events/resolve-events.ts';
import { type ResolvedMetrics, resolveMetrics } from './resolve-metrics.ts';
import type { QueryContext } from './resolve-range.ts';
import type { CallsQuery, EventsQuery, MetricsQuery } from '../model/schema.ts';

/** A question with every name looked up, every default filled in and every limit kept. */
export type ResolvedQuery = ResolvedMetrics | ResolvedCalls | ResolvedEvents;

/** Looks up names, zone, interval and limits; `cursor` is where the page before ended. Throws ApiErrors. */
export function resolveQuery(
  query: MetricsQuery | CallsQuery | EventsQuery,
  context: QueryContext,
  cursor: Cursor | null = null
): ResolvedQuery {
  switch (query.kind) {
    case 'calls':
      return resolveCalls(query, context, cursor);
    case 'events':
      return resolveEvents(query, context);
    case 'timeseries':
    case 'summary':
    case 'heatmap':
      return resolveMetrics(query, context);
    default:
      return query satisfies never;
  }
}
