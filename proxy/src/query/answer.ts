import { answerCalls, type CallsAnswer } from './calls/answer-calls.ts';
import { answerEvents, type EventsAnswer } from './events/answer-events.ts';
import { answerMetrics, type MetricsAnswer } from './answer-metrics.ts';
import { parseQuery } from './model/parse.ts';
import type { QueryEnvironment } from './query-environment.ts';
import { resolveQuery } from './resolve/resolve.ts';
import type { QueryContext } from './resolve/resolve-range.ts';

export type Answer = MetricsAnswer | CallsAnswer | EventsAnswer;

/**
 * The path of a query, by the folders that it goes through: `model` (parse) → `resolve` (names of `metrics` and
 * `dimensions`, time in `windows`) → `read` (plan → compile → execute → merge) → `derive` → `output` (frames or rows).
 * Single `calls` and `events` have their own way from `resolve` on. Only `execute` touches the database. Throws an ApiError,
 * or the signal's reason for a caller that went away.
 */
export async function answerQuery(
  environment: QueryEnvironment,
  input: unknown,
  context: QueryContext,
  signal: AbortSignal
): Promise<Answer> {
  const asked = parseQuery(input, context);
  const cursor = 'cursor' in asked && asked.cursor !== undefined ? await environment.cursors.read(asked.cursor) : null;
  const query = resolveQuery(asked, context, cursor);
  switch (query.kind) {
    case 'calls':
      return answerCalls(environment, query, signal);
    case 'events':
      return answerEvents(environment, query, signal);
    case 'timeseries':
    case 'summary':
    case 'heatmap':
      return answerMetrics(environment, query, signal);
    default:
      return query satisfies never;
  }
}
