import { parseArgs } from 'node:util';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { type Imported, importCalls } from './import/import-calls.ts';
import { quote } from './import/problem.ts';
import { type Progress, startProgress } from './progress.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';

const usage = `npm run import -- FILE.csv [--append]
    Loads a CSV file (UTF-8) whose header names the columns of ai_metrics, in any order; id may be left out.
    Empty is NULL. start_time and end_time: 2026-01-31 13:45:00.250 as the table keeps it, or with Z or an offset.
    All lines are checked first; a file with a mistake is not loaded at all. A file whose first call is in the table
    already is refused without --append.
`;

const shownModels = 20;

await runTool(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { append: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    throw new ToolError(usage.trimEnd());
  }
  const config = loadDatabaseConfig(readEnvironment());
  if (config.demo) {
    throw new ToolError('DATABASE_URL is not set: the embedded demo database holds only generated calls');
  }
  process.stderr.write('Checking the file …\n');
  let progress: Progress | undefined;
  const imported = await withDatabase(config.databaseUrl, (database: Database<MetricsTables>) =>
    importCalls(database, path, {
      metricsTimezone: config.METRICS_TIMEZONE,
      append: values.append,
      onChecked: (calls) => {
        progress = startProgress('calls', calls);
      },
      onProgress: (loaded) => progress?.update(loaded),
    }).finally(() => progress?.stop())
  );
  process.stdout.write(describe(imported));
});

function describe({ calls, firstStart, lastStart, models }: Imported): string {
  const name = (text: string | null) => (text === null ? '(none)' : quote(text).slice(1, -1));
  const lines = models
    .slice(0, shownModels)
    .map(({ provider, model_name, calls: count }) => `  ${name(provider)} / ${name(model_name)}: ${String(count)}`);
  const more = models.length > shownModels ? [`  … and ${String(models.length - shownModels)} more models`] : [];
  return [`Loaded ${String(calls)} calls, started from ${firstStart} to ${lastStart}:`, ...lines, ...more, ''].join(
    '\n'
  );
}
