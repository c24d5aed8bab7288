import type { MetricsSource } from '../database/metrics-source.ts';
import { type Database, readOnly } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { compileSegment } from './compile.ts';
import { deriveMetrics, type Derived, rowsLeftOut } from './derive.ts';
import { executeStatements } from './execute.ts';
import { mergePartials } from './merge.ts';
import { answerNotices, type Notice } from './notices.ts';
import { parseQuery } from './parse.ts';
import { planQuery, type Segment } from './plan.ts';
import { type QueryContext, type ResolvedQuery, resolveQuery } from './resolve.ts';
import { wallText } from '../time/wall-text.ts';

export interface Answer {
  query: ResolvedQuery;
  derived: Derived;
  notices: Notice[];
  /** The canonical question and the segments that answered it, as JSON: for the query inspector. */
  executedQuery: string;
}

export interface QueryEnvironment {
  database: Database<MetricsTables>;
  source: MetricsSource;
  /** More rows than this from one statement are refused, so that memory stays bounded. */
  maxRows: number;
}

/**
 * The path of a query, whole: parse → resolve → plan → compile → execute → merge → derive. Only `execute` touches the
 * database. Throws an ApiError, or the signal's reason for a caller that went away.
 */
export async function answerQuery(
  environment: QueryEnvironment,
  input: unknown,
  context: QueryContext,
  signal: AbortSignal
): Promise<Answer> {
  const { database, source, maxRows } = environment;
  const { dialect } = source;
  const query = resolveQuery(parseQuery(input, context), context);
  const segments = planQuery(query);
  const statements = segments.flatMap((segment) =>
    compileSegment(readOnly(database), query, segment, { dialect, maxRows })
  );
  const executed = await executeStatements(statements, { signal, dialect, maxRows });
  const groups = mergePartials(executed, {
    storedZone: query.storedZone,
    costSumScale: dialect.costSumScale,
    bucketCount: query.grid.buckets.length,
  });
  const derived = deriveMetrics(groups, query);
  return {
    query,
    derived,
    notices: answerNotices(query, derived, rowsLeftOut(groups, query)),
    executedQuery: describeExecution(query, segments),
  };
}

function describeExecution(query: ResolvedQuery, segments: readonly Segment[]): string {
  const { kind, metrics, groupBy, filters, interval, zone, fill, shape, minRequests } = query;
  return JSON.stringify({
    kind,
    metrics: metrics.map(({ name }) => name),
    groupBy: groupBy.map(({ name }) => name),
    filters: filters.map((filter) => ({
      key: filter.column,
      operator: filter.operator,
      values: filter.type === 'text' ? filter.values : [filter.value],
    })),
    from: new Date(query.from).toISOString(),
    to: new Date(query.to).toISOString(),
    ...(interval === null ? { shape } : { interval, timezone: zone }),
    fill,
    ...(minRequests > 0 ? { minRequests } : {}),
    segments: segments.map(({ source, wallFrom, wallTo }) => ({
      source,
      from: wallText(wallFrom),
      to: wallText(wallTo),
    })),
  });
}
