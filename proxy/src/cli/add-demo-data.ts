import { insertCalls } from '../database/insert-calls.ts';
import { readMetricsSource } from '../database/metrics-source.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { demoRows } from '../demo/demo-rows.ts';
import { ToolError } from './run-tool.ts';

export interface DemoDataOptions {
  rows: number;
  days: number;
  seed: number;
  /** End of the days, in ms since 1970. */
  until: number;
  /** Adds to calls that are there. */
  append: boolean;
  metricsTimezone: string;
  onProgress: (added: number) => void;
}

const day = 86_400_000;

// An interrupted run keeps what was committed; one transaction for all would be slow to undo and too large for a cluster.
const rowsPerTransaction = 100_000;

/** Adds generated calls and returns how many. Refuses a table that has calls, unless told to append. */
export async function addDemoData(database: Database<MetricsTables>, options: DemoDataOptions): Promise<number> {
  const { rows, days, seed, until, metricsTimezone, onProgress } = options;
  const source = await readMetricsSource(database, metricsTimezone);
  const existing = await database.kysely.selectFrom('ai_metrics').select('id').limit(1).executeTakeFirst();
  if (existing !== undefined && !options.append) {
    throw new ToolError(
      'ai_metrics has calls already: nothing was added. With --append generated calls are put among them.'
    );
  }
  const calls = demoRows({ seed, rows, from: until - days * day, until }, source.columns);
  let added = 0;
  while (added < rows) {
    const part = take(calls, rowsPerTransaction);
    const before = added;
    added += await database.kysely
      .transaction()
      .execute((trx) => insertCalls(trx, source.dialect.engine, part, (count) => onProgress(before + count)));
  }
  return added;
}

function* take<T>(items: Iterator<T>, count: number): Generator<T, void, undefined> {
  for (let taken = 0; taken < count; taken += 1) {
    const item = items.next();
    if (item.done === true) {
      return;
    }
    yield item.value;
  }
}
