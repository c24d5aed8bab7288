import type { Call } from './call-columns.ts';
import type { Cursors } from './cursor.ts';
import { executeCalls, type StoredPage } from './execute-calls.ts';
import { describeCallsExecution } from '../output/executed-query.ts';
import { callsNotices, type Notice } from '../output/notices.ts';
import { planRows } from '../read/plan.ts';
import type { QueryEnvironment } from '../query-environment.ts';
import { readCalls } from './read-calls.ts';
import type { ResolvedCalls } from './resolve-calls.ts';

export interface CallsAnswer {
  query: ResolvedCalls;
  calls: Call[];
  /** Asks for the next page; null on the last one. */
  nextCursor: string | null;
  notices: Notice[];
  executedQuery: string;
}

/** The rest of the path of a question about single calls: plan → compile and execute → read. */
export async function answerCalls(
  { database, source, cursors, maxRowsRead }: QueryEnvironment,
  query: ResolvedCalls,
  signal: AbortSignal
): Promise<CallsAnswer> {
  const segments = planRows(query.grid);
  const [segment] = segments;
  const page: StoredPage =
    segment === undefined
      ? { rows: [], hasMore: false }
      : await executeCalls(database, query, segment, { source, maxRowsRead, signal });
  const calls = readCalls(page.rows, { start: query.storedZone, end: source.columns.end_time.zone });
  return {
    query,
    calls,
    nextCursor: await nextCursor(page, query, cursors),
    notices: callsNotices(query, calls.length, page.hasMore),
    executedQuery: describeCallsExecution(query, segments),
  };
}

async function nextCursor(
  { rows, hasMore }: StoredPage,
  query: ResolvedCalls,
  cursors: Cursors
): Promise<string | null> {
  const last = rows.at(-1);
  if (!hasMore || last === undefined || last.id === null) {
    return null;
  }
  const { question, from, to, order } = query;
  return cursors.write({ question, from, to, value: last[order.by], id: last.id });
}
