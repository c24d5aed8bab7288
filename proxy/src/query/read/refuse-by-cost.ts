import type { OperationNodeSource } from 'kysely';
import type { MetricsSource } from '../../database/metrics-source.ts';
import type { Database } from '../../database/open-database.ts';
import type { MetricsTables } from '../../database/tables.ts';
import { ApiError } from '../../errors.ts';
import type { ResolvedFilter } from '../resolve/resolve-filters.ts';
import { explainSelect } from './explain.ts';
import type { Question } from './question.ts';

export interface CostOptions {
  source: MetricsSource;
  /** Calls that may be read one by one. */
  maxRowsRead: number;
  filters: readonly ResolvedFilter[];
  /** What else the caller may do to have fewer calls read, such as `leave out …`. */
  otherWays: readonly string[];
}

/**
 * Throws `query_too_large` before statements read more calls than they may, as the server estimates it. Where the whole
 * table has no more, or the server can't tell, nothing is asked.
 */
export async function refuseByCost(
  database: Database<MetricsTables>,
  statements: readonly { select: OperationNodeSource }[],
  options: CostOptions,
  signal: AbortSignal
): Promise<void> {
  const { source, maxRowsRead } = options;
  if (source.rowsEstimate <= maxRowsRead) {
    return;
  }
  let rows = 0;
  for (const { select } of statements) {
    const steps = await explainSelect(database, select, { signal, dialect: source.dialect });
    rows += (steps ?? []).reduce((sum, step) => sum + step.rows, 0);
  }
  if (rows > maxRowsRead) {
    throw new ApiError('query_too_large', refusal(rows, options), { details: { rows, limit: maxRowsRead } });
  }
}

/** What a question about metrics may leave out to be answered from rollups. */
export function waysToRollups({ filters, groupBy }: Pick<Question, 'filters' | 'groupBy'>): string[] {
  const parts = [
    ...groupBy.filter(({ rolledUp }) => rolledUp === null).map(({ name }) => `groupBy ${name}`),
    ...filters
      .filter(({ type, column }) => type === 'number' || column === 'monitor_id')
      .map(({ column }) => `the filter on ${column}`),
  ];
  if (parts.length > 0) {
    return [`leave out ${[...new Set(parts)].join(' and ')}`];
  }
  return groupBy.some(({ rolledUp }) => rolledUp?.by === 'latency') ? ['ask the heatmap for requests'] : [];
}

function refusal(rows: number, { source, maxRowsRead, filters, otherWays }: CostOptions): string {
  const ways = ['choose a shorter time range', ...filterByMonitor(filters, source), ...otherWays];
  const advice = ways.length === 1 ? ways : [...ways.slice(0, -1), `or ${ways.at(-1) ?? ''}`];
  return `The question would read about ${readable(rows)} calls one by one, more than ${readable(maxRowsRead)}: ${advice.join(', ')}`;
}

function filterByMonitor(filters: readonly ResolvedFilter[], { indexes }: MetricsSource): string[] {
  const isIndexed = indexes.some(({ columns: [first] }) => first === 'monitor_id');
  const isFiltered = filters.some(({ column, operator }) => column === 'monitor_id' && ['=', 'in'].includes(operator));
  return isIndexed && !isFiltered ? ['add a filter on monitor_id by = or in, which has an index'] : [];
}

/** Two digits are as much as an estimate is worth. */
function readable(count: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 2 }).format(count);
}
