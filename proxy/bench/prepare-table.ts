import { ToolError } from '../src/cli/run-tool.ts';
import { type MetricsSource, readMetricsSource } from '../src/database/metrics-source.ts';
import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { instantOfWallTime } from '../src/time/time-zone.ts';
import { wallMs } from '../src/time/wall-text.ts';
import { ensureTable, type LoadOptions } from './load-table.ts';

/** A table that can be measured. */
export interface PreparedTable {
  /** Calls in it. */
  rows: number;
  /** Such as `MySQL 8.4.3`. */
  server: string;
  source: MetricsSource;
  /** The first whole minute after the newest call, in ms since 1970: the same for the same table, on every day. */
  end: number;
  busiestModel: string;
}

const minute = 60_000;

/** Loads or reuses the table and reads what questions about it need. */
export async function prepareTable(database: Database<MetricsTables>, options: LoadOptions): Promise<PreparedTable> {
  const rows = await ensureTable(database, options);
  const source = await readMetricsSource(database, options.metricsTimezone);
  return {
    rows,
    server: await database.serverName(),
    source,
    end: await readEnd(database, source),
    busiestModel: await readBusiestModel(database),
  };
}

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
