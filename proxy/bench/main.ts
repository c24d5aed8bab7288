import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { formatTable } from '../src/cli/format-table.ts';
import { startProgress } from '../src/cli/progress.ts';
import { runTool, ToolError, withDatabase } from '../src/cli/run-tool.ts';
import { systemClock } from '../src/clock.ts';
import { loadRollupConfig, readEnvironment, type RollupConfig } from '../src/config.ts';
import { parseDatabaseUrl } from '../src/database/database-url.ts';
import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { besideReport } from './beside-report.ts';
import { firstLoadReport } from './first-load-report.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { replaceResult } from './performance-note.ts';
import { questionReport } from './question-report.ts';
import type { Report } from './report.ts';
import { runBench, type RunOptions } from './run-bench.ts';
import { runBeside } from './run-beside.ts';
import { runFirstLoad } from './run-first-load.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'performance.md');

// Questions that take longer than this depend little on it.
const warmUpMs = 2000;

const say = (text: string) => void process.stderr.write(text);

await runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const config = loadRollupConfig(readEnvironment());
  if (parseDatabaseUrl(config.databaseUrl).kind === 'sqlite') {
    throw new ToolError('DATABASE_URL: must name a MySQL or MariaDB database to measure');
  }
  const report = await withDatabase(config.databaseUrl, (database: Database<MetricsTables>) =>
    run(database, config, options)
  );
  print(report, options);
  if (options.write) {
    await writePage(report, options);
  }
  if (report.differences !== '') {
    throw new ToolError(report.differences.trimEnd());
  }
});

async function run(
  database: Database<MetricsTables>,
  config: RollupConfig,
  { rows, runs, dashboard, beside }: BenchOptions
): Promise<Report> {
  const metricsTimezone = config.METRICS_TIMEZONE;
  const options: RunOptions = { config, metricsTimezone, rows, runs, warmUpMs, say, startProgress };
  if (dashboard) {
    return firstLoadReport(await runFirstLoad(database, options));
  }
  if (beside === undefined) {
    return questionReport(await runBench(database, options));
  }
  const otherUrl = besideUrl(config, beside);
  return withDatabase(otherUrl, async (other: Database<MetricsTables>) =>
    besideReport(await runBeside(database, { database: other, databaseUrl: otherUrl }, options))
  );
}

function besideUrl({ databaseUrl, stateDatabaseUrl }: RollupConfig, name: string): string {
  if (stateDatabaseUrl !== databaseUrl) {
    throw new ToolError('--beside: needs the rollups beside the calls: leave out STATE_DATABASE_URL');
  }
  const url = new URL(databaseUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

function print({ columns, cells, notes, json }: Report, options: BenchOptions): void {
  const ending = notes.map((note) => `${note}\n`).join('');
  if (options.json) {
    process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
    say(ending);
  } else {
    process.stdout.write(
      formatTable(
        columns.map(({ heading }) => heading),
        cells
      ) + ending
    );
  }
}

async function writePage(report: Report, { runs }: BenchOptions): Promise<void> {
  const processors = cpus();
  const machine = `${String(processors.length)} × ${processors[0]?.model ?? 'unknown CPU'}`;
  const circumstances = { now: systemClock(), runs, machine };
  await writeFile(page, await replaceResult(await readFile(page, 'utf8'), page, report, circumstances));
}
