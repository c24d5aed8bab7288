import { randomBytes } from 'node:crypto';
import type { QuestionConfig } from '../../config.ts';
import { readMetricsSource } from '../../database/metrics-source.ts';
import type { Database } from '../../database/open-database.ts';
import type { MetricsTables, StateTables } from '../../database/tables.ts';
import { ApiError, type ErrorCode } from '../../errors.ts';
import { answerQuery } from '../../query/answer.ts';
import { createCursors } from '../../query/calls/cursor.ts';
import { explainSelect, type PlanStep } from '../../query/read/explain.ts';
import { queryLimits, questionContext, type QueryWindow } from '../../query/run.ts';
import { rollupObstacle } from '../../rollups/obstacle.ts';
import { createRowCellReader } from '../../rollups/read-cells.ts';
import { createRollupReader } from '../../rollups/read-rollups.ts';
import type { Trace, TracedStatement } from './trace.ts';

export interface ExplainedStatement extends Pick<TracedStatement, 'reads' | 'sql' | 'parameters' | 'run'> {
  /** How the server would read calls; null where it can't tell. */
  plan: PlanStep[] | null;
}

export interface ExplainedQuestion {
  /** As the query inspector shows it: with the segments that answer it. */
  question: Record<string, unknown>;
  statements: ExplainedStatement[];
  /** About how many calls the server would read one by one; null where it can't tell. */
  rowsEstimate: number | null;
  maxRowsRead: number;
  /** Why the proxy does not answer it. */
  refusal: Refusal | null;
}

interface Refusal {
  code: ErrorCode;
  status: number;
  message: string;
}

export interface ExplainOptions {
  metrics: Database<MetricsTables>;
  /** Null where there are no rollups. */
  state: Database<StateTables> | null;
  trace: Trace;
  config: QuestionConfig;
  now: number;
  /** Runs the statements, too. */
  analyze: boolean;
  signal: AbortSignal;
}

/**
 * What becomes of a question on its real path, which it takes twice: without running what reads calls and without a limit,
 * to see all statements, and then as it would be answered. Throws an ApiError for a question that can't be asked.
 */
export async function explainQuestion(
  input: unknown,
  window: QueryWindow,
  options: ExplainOptions
): Promise<ExplainedQuestion> {
  const { metrics, state, trace, config, now, analyze, signal } = options;
  const source = await readMetricsSource(metrics, config.METRICS_TIMEZONE);
  const { dialect } = source;
  const environment = {
    database: metrics,
    source,
    // As a proxy reads them, or doesn't.
    rollups:
      state === null || rollupObstacle(config, source, dialect.engine) !== null
        ? null
        : createRollupReader(state, { cache: null, onLookUp: () => undefined }),
    cells: createRowCellReader(metrics),
    cursors: createCursors([randomBytes(32).toString('hex')]),
    maxRows: config.MAX_RESULT_ROWS,
  };
  const context = questionContext(window, source, queryLimits(config), now);
  let question = '';
  const answer = async (maxRowsRead: number) => {
    question = (await answerQuery({ ...environment, maxRowsRead }, input, context, signal)).executedQuery;
  };

  const planned = await trace.record({ runsCalls: false, countsRows: false }, () => answer(Infinity));
  const refusals: Refusal[] = [];
  const asked = await trace.record({ runsCalls: analyze, countsRows: dialect.engine !== 'sqlite' }, () =>
    answer(config.MAX_ROWS_READ).catch((error: unknown) => {
      refusals.push(refusalOf(error));
    })
  );
  const [refusal = null] = refusals;
  const statements: ExplainedStatement[] = [];
  for (const { query, ...statement } of analyze && refusal === null ? asked : planned) {
    const plan =
      statement.reads === 'calls'
        ? await explainSelect(metrics, { toOperationNode: () => query }, { signal, dialect })
        : null;
    statements.push({ ...statement, plan });
  }
  const estimates = statements.flatMap(({ plan }) => (plan === null ? [] : plan.map(({ rows }) => rows)));
  return {
    question: JSON.parse(question) as Record<string, unknown>,
    statements,
    rowsEstimate: dialect.explain === null ? null : estimates.reduce((sum, rows) => sum + rows, 0),
    maxRowsRead: config.MAX_ROWS_READ,
    refusal,
  };
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiError) || error.status >= 500) {
    throw error;
  }
  return { code: error.code, status: error.status, message: error.message };
}
