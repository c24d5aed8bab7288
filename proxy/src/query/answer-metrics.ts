import { readOnly } from '../database/open-database.ts';
import { compileSegment } from './compile.ts';
import { deriveMetrics, type Derived, rowsLeftOut } from './derive.ts';
import { executeStatements } from './execute.ts';
import { describeMetricsExecution } from './executed-query.ts';
import { mergePartials } from './merge.ts';
import { answerNotices, type Notice } from './notices.ts';
import type { Segment } from './plan.ts';
import type { QueryEnvironment } from './query-environment.ts';
import type { ResolvedMetrics } from './resolve-metrics.ts';

export interface MetricsAnswer {
  query: ResolvedMetrics;
  derived: Derived;
  notices: Notice[];
  executedQuery: string;
}

/** The rest of the path of a question about metrics: compile → execute → merge → derive. */
export async function answerMetrics(
  { database, source, maxRows }: QueryEnvironment,
  query: ResolvedMetrics,
  segments: readonly Segment[],
  signal: AbortSignal
): Promise<MetricsAnswer> {
  const { dialect } = source;
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
    executedQuery: describeMetricsExecution(query, segments),
  };
}
