import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { addDemoData } from './add-demo-data.ts';
import { startProgress } from './progress.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';
import { wholeNumber } from './whole-number.ts';

const usage = `npm run demo-data -- --rows N --days D [--seed S] [--until TIME] [--append]
    Adds N generated calls, spread over the D days until TIME (ISO 8601, default now). Their monitor_id begins with demo-.
    The same numbers give the same calls. A table that has calls is refused without --append.
`;

const largest = { rows: 1_000_000_000, days: 4000, seed: 4_294_967_295 };

await runTool(async () => {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      days: { type: 'string' },
      seed: { type: 'string', default: '1' },
      until: { type: 'string' },
      append: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  if (values.rows === undefined || values.days === undefined) {
    throw new ToolError(usage.trimEnd());
  }
  const rows = wholeNumber('--rows', values.rows, 1, largest.rows);
  const days = wholeNumber('--days', values.days, 1, largest.days);
  const seed = wholeNumber('--seed', values.seed, 0, largest.seed);
  const until = values.until === undefined ? systemClock() : instant('--until', values.until);
  const { append } = values;
  const { databaseUrl, METRICS_TIMEZONE: metricsTimezone } = loadDatabaseConfig(readEnvironment());
  const progress = startProgress('calls', rows);
  const added = await withDatabase(databaseUrl, (database: Database<MetricsTables>) =>
    addDemoData(database, { rows, days, seed, until, append, metricsTimezone, onProgress: progress.update })
  ).finally(progress.stop);
  process.stdout.write(`Added ${String(added)} generated calls over the ${String(days)} days until ${iso(until)}\n`);
});

function instant(option: string, text: string): number {
  const value = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (Number.isNaN(value)) {
    throw new ToolError(`${option}: must be a date such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z`);
  }
  return value;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
