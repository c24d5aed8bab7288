import type { Answer } from '../../src/query/answer.ts';
import type { CallsAnswer } from '../../src/query/calls/answer-calls.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import type { OpenMetrics } from './open-metrics.ts';

type Context = Parameters<OpenMetrics['answer']>[1];

/** The answer to a question about calls. */
export function callsOf(answer: Answer): CallsAnswer {
  if (!('calls' in answer)) {
    throw new Error('This is no answer about calls');
  }
  return answer;
}

/** Every page of a question, following its cursors; `between` is done while the next page is read. */
export async function walkCalls(
  table: OpenMetrics,
  query: Omit<Partial<QueryInput>, 'kind' | 'cursor'>,
  context: Context = {},
  between: (page: CallsAnswer) => Promise<void> = () => Promise.resolve()
): Promise<CallsAnswer[]> {
  const ask = async (cursor?: string) =>
    callsOf(await table.answer({ kind: 'calls', ...query, ...(cursor === undefined ? {} : { cursor }) }, context));
  let page = await ask();
  const pages = [page];
  while (page.nextCursor !== null) {
    [page] = await Promise.all([ask(page.nextCursor), between(page)]);
    pages.push(page);
  }
  return pages;
}
