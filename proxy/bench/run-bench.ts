import { ToolError } from '../src/cli/run-tool.ts';
import { parseDatabaseUrl } from '../src/database/database-url.ts';
import { type MetricsSource, readMetricsSource } from '../src/database/metrics-source.ts';
import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { instantOfWallTime } from '../src/time/time-zone.ts';
import { wallMs } from '../src/time/wall-text.ts';
import { askDirectly, connectDirectly, fixedOffset, type Range } from './direct-sql.ts';
import { ensureTable, type LoadOptions } from './load-table.ts';
import { type Measured, measureQuestion } from './measure.ts';
import { listQuestions, type Question } from './questions.ts';
import { startProxy } from './start-proxy.ts';

export interface RunOptions extends LoadOptions {
  databaseUrl: string;
  runs: number;
}

export interface BenchResult {
  /** Calls in the table. */
  rows: number;
  /** Such as `MySQL 8.4.3`. */
  server: string;
  measured: Measured[];
}

const minute = 60_000;
const day = 86_400_000;
const longestDays = 90;

/** Loads or reuses the table and measures every question on it. `database` is the one of `databaseUrl`. */
export async function runBench(database: Database<MetricsTables>, options: RunOptions): Promise<BenchResult> {
  const rows = await ensureTable(database, options);
  const source = await readMetricsSource(database, options.metricsTimezone);
  const to = await readEnd(database, source);
  const questions = listQuestions(await readBusiestModel(database));
  const measured = await measureAll(questions, to, source, options);
  return { rows, server: await database.serverName(), measured };
}

async function measureAll(
  questions: Question[],
  to: number,
  source: MetricsSource,
  { databaseUrl, metricsTimezone, runs, say }: RunOptions
): Promise<Measured[]> {
  const address = parseDatabaseUrl(databaseUrl);
  if (address.kind !== 'mysql') {
    throw new ToolError('DATABASE_URL: direct SQL is measured on MySQL and MariaDB only');
  }
  const rangeOf = (days: number): Range => ({ from: to - days * day, to });
  const zone = fixedOffset(source.startTimeZone, rangeOf(longestDays));
  const exactMoney = source.columns.cost.kind === 'decimal';
  const measured: Measured[] = [];
  const proxy = await startProxy(databaseUrl, metricsTimezone);
  const connection = await connectDirectly(address, zone).catch(async (error: unknown) => {
    await proxy.close();
    throw error;
  });
  try {
    for (const [index, question] of questions.entries()) {
      say(`Measuring ${question.name} (${String(index + 1)} of ${String(questions.length)}) …\n`);
      const range = rangeOf(question.days);
      const sides = {
        direct: () => askDirectly(connection, question, range),
        proxy: () => proxy.ask(question, range),
      };
      measured.push(await measureQuestion(question, sides, { runs, exactMoney }));
    }
    return measured;
  } finally {
    await Promise.all([connection.end(), proxy.close()]);
  }
}

/** The first whole minute after the newest call: the same for the same table, on every day. */
async function readEnd({ kysely }: Database<MetricsTables>, { startTimeZone }: MetricsSource): Promise<number> {
  const { newest } = await kysely
    .selectFrom('ai_metrics')
    .select(({ fn }) => fn.max('start_time').as('newest'))
    .executeTakeFirstOrThrow();
  return (Math.floor(instantOfWallTime(startTimeZone, wallMs(newest)) / minute) + 1) * minute;
}

async function readBusiestModel({ kysely }: Database<MetricsTables>): Promise<string> {
  const busiest = await kysely
    .selectFrom('ai_metrics')
    .select('model_name')
    .where('model_name', '<>', '')
    .groupBy('model_name')
    .orderBy(({ fn }) => fn.countAll(), 'desc')
    .orderBy('model_name')
    .limit(1)
    .executeTakeFirst();
  if (typeof busiest?.model_name !== 'string') {
    throw new ToolError('No call in ai_metrics names a model: there is nothing to filter by');
  }
  return busiest.model_name;
}
