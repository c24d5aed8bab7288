import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { medianTimes, warm } from './measure.ts';
import { prepareTable } from './prepare-table.ts';
import { listQuestions } from './questions.ts';
import { noCache, withReadyProxy } from './ready-proxy.ts';
import { lastDays, type RunOptions } from './run-bench.ts';

export interface OtherDatabase {
  database: Database<MetricsTables>;
  databaseUrl: string;
}

export interface Growth {
  question: string;
  /** Of the table of DATABASE_URL, and of the other one. */
  ms: number;
  otherMs: number;
  /** otherMs / ms */
  growth: number;
}

export interface BesideResult {
  rows: number;
  otherRows: number;
  server: string;
  peakMemoryBytes: number;
  grown: Growth[];
}

/** Asks every question of two tables by turns, each through a proxy of its own; no direct SQL. */
export async function runBeside(
  database: Database<MetricsTables>,
  other: OtherDatabase,
  options: RunOptions
): Promise<BesideResult> {
  const { runs, warmUpMs, say } = options;
  const table = await prepareTable(database, options);
  const otherTable = await prepareTable(other.database, { ...options, rows: undefined });
  const { databaseUrl } = other;
  const otherOptions = { ...options, config: { ...options.config, databaseUrl, stateDatabaseUrl: databaseUrl } };
  const questions = listQuestions(table.busiestModel);
  const used = await withReadyProxy(database, table, noCache, options, (proxy) =>
    withReadyProxy(other.database, otherTable, noCache, otherOptions, async (otherProxy) => {
      const grown: Growth[] = [];
      for (const [index, question] of questions.entries()) {
        say(`Measuring ${question.name} (${String(index + 1)} of ${String(questions.length)}) …\n`);
        const asks = [
          () => proxy.ask(question, lastDays(table, question.days)),
          () => otherProxy.ask(question, lastDays(otherTable, question.days)),
        ];
        for (const ask of asks) {
          await warm(ask, warmUpMs);
        }
        const [ms = 0, otherMs = 0] = await medianTimes(asks, runs);
        grown.push({ question: question.name, ms, otherMs, growth: otherMs / ms });
      }
      return grown;
    })
  );
  return {
    rows: table.rows,
    otherRows: otherTable.rows,
    server: table.server,
    peakMemoryBytes: Math.max(used.peakMemoryBytes, used.result.peakMemoryBytes),
    grown: used.result.result,
  };
}
