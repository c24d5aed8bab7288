import { answerCalls, type CallsAnswer } from './answer-calls.ts';
import { answerMetrics, type MetricsAnswer } from './answer-metrics.ts';
import { parseQuery } from './parse.ts';
import type { QueryEnvironment } from './query-environment.ts';
import { resolveQuery } from './resolve.ts';
import type { QueryContext } from './resolve-range.ts';

export type Answer = MetricsAnswer | CallsAnswer;

/**
 * The path of a query: parse → resolve, and then that of metrics or of single calls. Only `execute` touches the
 * database. Throws an ApiError, or the signal's reason for a caller that went away.
 */
export async function answerQuery(
  environment: QueryEnvironment,
  input: unknown,
  context: QueryContext,
  signal: AbortSignal
): Promise<Answer> {
  const asked = parseQuery(input, context);
  const cursor = asked.cursor === undefined ? null : await environment.cursors.read(asked.cursor);
  const query = resolveQuery(asked, context, cursor);
  return query.kind === 'calls' ? answerCalls(environment, query, signal) : answerMetrics(environment, query, signal);
}
