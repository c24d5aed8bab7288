import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Engine } from './dialect.ts';
import type { MetricsTables } from './tables.ts';

const folder = join(import.meta.dirname, '..', '..', 'schema');

/** The tables that `metricsDdl` makes. */
export const metricsTableNames = ['users', 'ai_metrics'] as const;

/** The DDL of the application's tables for an engine, as it stands in `proxy/schema/`. */
export function metricsDdl(engine: Engine): string {
  return readFileSync(join(folder, engine === 'sqlite' ? 'sqlite.sql' : 'mysql.sql'), 'utf8');
}

/** Creates the application's tables, or those that are named; fails where one of them exists. */
export async function createMetricsTables(
  kysely: Kysely<MetricsTables>,
  engine: Engine,
  tables: readonly string[] = metricsTableNames
): Promise<void> {
  const wanted = new RegExp(`^CREATE (TABLE|INDEX \\w+ ON) (${tables.join('|')}) `);
  for (const statement of splitStatements(metricsDdl(engine)).filter((one) => wanted.test(one))) {
    await kysely.executeQuery(CompiledQuery.raw(statement));
  }
}

/** The statement that creates one of the application's tables on MySQL and MariaDB, with its indexes. */
export function serverTableDdl(table: (typeof metricsTableNames)[number]): string {
  const statement = splitStatements(metricsDdl('mysql')).find((one) => one.startsWith(`CREATE TABLE ${table} `));
  if (statement === undefined) {
    throw new Error(`proxy/schema/mysql.sql has no table ${table}`);
  }
  return statement;
}

// Enough for the files in `proxy/schema/`: comments are whole lines, and no text in them ends a line with `;`.
function splitStatements(ddl: string): string[] {
  const withoutComments = ddl.replace(/^--.*$/gm, '');
  return withoutComments
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
