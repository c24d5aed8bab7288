import { ApiError } from '../../errors.ts';
import { type EventName, events } from './events.ts';
import { type ResolvedFilter, resolveFilters } from '../resolve/resolve-filters.ts';
import { type QueryContext, resolveRange } from '../resolve/resolve-range.ts';
import type { EventsQuery } from '../model/schema.ts';

/** A question about events with every name looked up, every default filled in and every limit kept. */
export interface ResolvedEvents {
  kind: 'events';
  events: EventName[];
  filters: ResolvedFilter[];
  from: number;
  to: number;
  zone: string;
  storedZone: string;
  /** What was called from here on is not new, in ms since 1970. */
  lookBackTo: number;
  /** Of each calendar month in the zone; null where no event needs it. */
  budget: number | null;
  maxEvents: number;
}

const day = 86_400_000;

/** Looks up names, zone and limits. Throws `invalid_request` for what is unknown or missing, `query_too_large` for limits. */
export function resolveEvents(query: EventsQuery, context: QueryContext): ResolvedEvents {
  if (context.alerting) {
    throw new ApiError(
      'invalid_request',
      'kind: an alert rule needs numbers, and events are none: ask for a summary or time series'
    );
  }
  const names = query.metrics.map(resolveEvent);
  if (new Set(names).size < names.length) {
    throw new ApiError('invalid_request', 'metrics: names the same twice');
  }
  const { from, to } = resolveRange(context);
  return {
    kind: 'events',
    events: names,
    filters: resolveFilters(query.filters, context.limits),
    from,
    to,
    zone: query.timezone ?? context.defaultZone,
    storedZone: context.storedZone,
    lookBackTo: Math.max(0, to - context.limits.rangeDays * day),
    budget: names.includes('budget_crossed') ? requireBudget(query) : null,
    maxEvents: context.limits.rowsPerPage,
  };
}

function resolveEvent(name: string): EventName {
  const event = events.find((candidate) => candidate.name === name);
  if (event === undefined) {
    throw new ApiError(
      'invalid_request',
      `metrics: "${name}" is not an event; allowed: ${events.map((e) => e.name).join(', ')}`
    );
  }
  return event.name;
}

function requireBudget({ parameters: { budget } }: EventsQuery): number {
  if (budget === undefined) {
    throw new ApiError(
      'invalid_request',
      'parameters.budget: enter the budget of a month in the currency: "budget_crossed" needs it'
    );
  }
  return budget;
}
