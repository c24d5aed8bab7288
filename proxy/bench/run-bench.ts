import { ToolError } from '../src/cli/run-tool.ts';
import { parseDatabaseUrl } from '../src/database/database-url.ts';
import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { askDirectly, connectDirectly, fixedOffset, type Range } from './direct-sql.ts';
import type { LoadOptions } from './load-table.ts';
import { type Measured, measureQuestion } from './measure.ts';
import { type PreparedTable, prepareTable } from './prepare-table.ts';
import { listQuestions } from './questions.ts';
import { noCache, type ReadyOptions, type Used, withReadyProxy } from './ready-proxy.ts';
import type { StartedProxy } from './start-proxy.ts';

export interface RunOptions extends LoadOptions, ReadyOptions {
  runs: number;
  warmUpMs: number;
}

export interface BenchResult extends Pick<PreparedTable, 'rows' | 'server'>, Pick<Used<unknown>, 'peakMemoryBytes'> {
  measured: Measured[];
}

const day = 86_400_000;
const longestDays = 90;

/** Loads or reuses the table and measures every question on it. `database` is the one of `config`. */
export async function runBench(database: Database<MetricsTables>, options: RunOptions): Promise<BenchResult> {
  const table = await prepareTable(database, options);
  const { rows, server } = table;
  const { result: measured, peakMemoryBytes } = await withReadyProxy(database, table, noCache, options, (proxy) =>
    measureAll(proxy, table, options)
  );
  return { rows, server, measured, peakMemoryBytes };
}

/** So many days until the end of the table's calls. */
export function lastDays({ end }: Pick<PreparedTable, 'end'>, days: number): Range {
  return { from: end - days * day, to: end };
}

async function measureAll(
  proxy: StartedProxy,
  table: PreparedTable,
  { config, runs, warmUpMs, say }: RunOptions
): Promise<Measured[]> {
  const address = parseDatabaseUrl(config.databaseUrl);
  if (address.kind !== 'mysql') {
    throw new ToolError('DATABASE_URL: direct SQL is measured on MySQL and MariaDB only');
  }
  const zone = fixedOffset(table.source.startTimeZone, lastDays(table, longestDays));
  const exactMoney = table.source.columns.cost.kind === 'decimal';
  const questions = listQuestions(table.busiestModel);
  const measured: Measured[] = [];
  const connection = await connectDirectly(address, zone);
  try {
    for (const [index, question] of questions.entries()) {
      say(`Measuring ${question.name} (${String(index + 1)} of ${String(questions.length)}) …\n`);
      const range = lastDays(table, question.days);
      const sides = {
        direct: () => askDirectly(connection, question, range),
        proxy: () => proxy.ask(question, range),
      };
      measured.push(await measureQuestion(question, sides, { runs, warmUpMs, exactMoney }));
    }
    return measured;
  } finally {
    await connection.end();
  }
}
