import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../../errors.ts';
import { readInput } from '../../read-input.ts';
import { type Migration, migrateQuery } from './migrate.ts';
import { type CallsQuery, type EventsQuery, type MetricsQuery, type Query, querySchema } from './schema.ts';

export interface ParseOptions {
  /** Alert rules send queries as they were saved: anything that looks like a template variable is one. */
  alerting: boolean;
  /** From older versions of the query model to the current one; the shipped ones if left out. */
  migrations?: readonly Migration[];
}

/** Reads a question from JSON, of any version. Throws `invalid_request` that names every wrong field and what it may hold. */
export function parseQuery(
  input: unknown,
  { alerting, migrations }: ParseOptions = { alerting: false }
): MetricsQuery | CallsQuery | EventsQuery {
  refuseTemplateVariables(input, alerting);
  const query = readInput(querySchema, migrateQuery(input, migrations));
  switch (query.kind) {
    case 'calls':
      return callsQuery(query);
    case 'events':
      return eventsQuery(query);
    case 'heatmap':
      return heatmapQuery(query);
    case 'timeseries':
    case 'summary':
      if (query.cursor !== undefined) {
        throw new ApiError('invalid_request', 'cursor: is for the kind calls only');
      }
      return { ...query, kind: query.kind, metrics: requireMetrics(query) };
    default:
      return query.kind satisfies never;
  }
}

const callsFields = ['filters', 'order', 'limit', 'cursor'];
const heatmapFields = ['metrics', 'filters', 'interval', 'timezone', 'minRequests'];
const eventsFields = ['metrics', 'filters', 'timezone', 'parameters'];

function callsQuery(query: Query): CallsQuery {
  refuseForeign(query, callsFields);
  const { filters, order, limit, cursor } = query;
  return { kind: 'calls', filters, order, limit, cursor };
}

function heatmapQuery(query: Query): MetricsQuery {
  refuseForeign(query, heatmapFields);
  return { ...query, kind: 'heatmap', metrics: requireMetrics(query) };
}

function eventsQuery(query: Query): EventsQuery {
  refuseForeign(query, eventsFields);
  if (query.parameters.slowMs !== undefined) {
    throw new ApiError('invalid_request', 'parameters.slowMs: events have none; allowed: budget');
  }
  const { filters, timezone, parameters } = query;
  return { kind: 'events', metrics: requireMetrics(query), filters, timezone, parameters };
}

/** Fields that mean nothing for the kind of the query may be left at their defaults only. */
function refuseForeign(query: Query, allowed: readonly string[]): void {
  const untouched: Record<string, unknown> = querySchema.parse({ kind: query.kind });
  const foreign = Object.entries(query)
    .filter(([name]) => !allowed.includes(name))
    .filter(([name, value]) => !isDeepStrictEqual(value, untouched[name]));
  if (foreign.length > 0) {
    const words = query.kind === 'heatmap' ? 'heatmaps' : query.kind;
    throw new ApiError(
      'invalid_request',
      `${foreign.map(([name]) => name).join(', ')}: ${words} have none; allowed: ${allowed.join(', ')}`
    );
  }
}

function requireMetrics({ metrics }: Query): string[] {
  if (metrics === undefined) {
    throw new ApiError('invalid_request', 'metrics: must name at least one metric');
  }
  return metrics;
}

// What is surely a variable that nobody replaced, and what may be one: `gpt-$version` could be a model's real name. A format
// has no `$`: looking for the `}` beyond the next one would take a time that grows by the square of a text like `${a:${a:`.
const wholeVariable = /^\$(\w+)$|\$\{(\w+)(?:[:.][^}$]*)?\}|^\[\[(\w+)(?::[^\]]*)?\]\]$/;
const anyVariable = /\$\{?([A-Za-z_]\w*)|\[\[(\w+)/;

function refuseTemplateVariables(input: unknown, alerting: boolean): void {
  if (typeof input === 'string') {
    const name = (alerting ? anyVariable : wholeVariable).exec(input)?.slice(1).find(Boolean);
    if (name !== undefined) {
      throw new ApiError(
        'invalid_request',
        `The template variable $${name} has no value here: alert rules can't use variables, write the value itself`
      );
    }
  } else if (typeof input === 'object' && input !== null) {
    for (const value of Object.values(input) as unknown[]) {
      refuseTemplateVariables(value, alerting);
    }
  }
}
