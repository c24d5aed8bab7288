import { findTables } from '../database/find-tables.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { ToolError } from './run-tool.ts';

/** Throws a ToolError that names the way out where the database has no table `users`. */
export async function requireUsers(database: Database<MetricsTables>): Promise<void> {
  if (!(await findTables(database, ['users'])).has('users')) {
    throw new ToolError('The database has no table users: npm run schema -- --apply creates it');
  }
}
