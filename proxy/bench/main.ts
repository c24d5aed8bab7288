import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { formatTable } from '../src/cli/format-table.ts';
import { startProgress } from '../src/cli/progress.ts';
import { runTool, ToolError, withDatabase } from '../src/cli/run-tool.ts';
import { systemClock } from '../src/clock.ts';
import { loadDatabaseConfig, readEnvironment } from '../src/config.ts';
import { parseDatabaseUrl } from '../src/database/database-url.ts';
import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { replaceResult } from './performance-note.ts';
import { describeDifferences, headings, jsonResults, tableRow } from './report.ts';
import { type BenchResult, runBench } from './run-bench.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'performance.md');

await runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const { databaseUrl, METRICS_TIMEZONE: metricsTimezone } = loadDatabaseConfig(readEnvironment());
  if (parseDatabaseUrl(databaseUrl).kind === 'sqlite') {
    throw new ToolError('DATABASE_URL: must name a MySQL or MariaDB database to measure');
  }
  const { rows, runs } = options;
  const say = (text: string) => void process.stderr.write(text);
  const result = await withDatabase(databaseUrl, (database: Database<MetricsTables>) =>
    runBench(database, { databaseUrl, metricsTimezone, rows, runs, say, startProgress })
  );
  process.stdout.write(
    options.json
      ? `${JSON.stringify(jsonResults(result.measured, result.rows), undefined, 2)}\n`
      : formatTable(headings, result.measured.map(tableRow))
  );
  if (options.write) {
    await writePage(result, options);
  }
  const differences = result.measured.map(describeDifferences).join('');
  if (differences !== '') {
    throw new ToolError(differences.trimEnd());
  }
});

async function writePage(result: BenchResult, { runs }: BenchOptions): Promise<void> {
  const processors = cpus();
  const machine = `${String(processors.length)} × ${processors[0]?.model ?? 'unknown CPU'}`;
  const circumstances = { now: systemClock(), runs, machine };
  await writeFile(page, await replaceResult(await readFile(page, 'utf8'), page, result, circumstances));
}
