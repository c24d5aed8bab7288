import { findTables } from '../database/find-tables.ts';
import { createMetricsTables, metricsTableNames } from '../database/metrics-schema.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { ToolError } from './run-tool.ts';

/** Creates `users` and `ai_metrics`; refuses, and creates neither, where one of them exists. */
export async function applySchema(database: Database<MetricsTables>): Promise<void> {
  const existing = await findTables(database, metricsTableNames);
  if (existing.size > 0) {
    const names = metricsTableNames.filter((name) => existing.has(name));
    throw new ToolError(
      `Nothing was created: the database already has ${names.join(' and ')}. This tool never changes tables that exist.`
    );
  }
  const { engine } = await database.dialect();
  await createMetricsTables(database.kysely, engine);
}
