import { sql } from 'kysely';
import { abortable, type Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { sessionColumns } from './session.ts';

// Command denied for a table (1142) or for a column (1143).
const denied = new Set([1142, 1143]);

/**
 * Which of the rights that sessions need the account lacks, such as `INSERT`. Asked by statements that need the right and
 * find no row, so that nothing is written. SQLite has no accounts, and a write would lock the whole file: it lacks none.
 */
export async function missingSessionRights(database: Database<StateTables>, signal?: AbortSignal): Promise<string[]> {
  const { engine } = await database.dialect();
  if (engine === 'sqlite') {
    return [];
  }
  const { kysely } = database;
  const never = sql<boolean>`1 = 0`;
  const nothing = kysely.selectFrom('aitoys_sessions').select(sessionColumns).where(never);
  const statements = {
    SELECT: nothing,
    INSERT: kysely.insertInto('aitoys_sessions').columns(sessionColumns).expression(nothing),
    UPDATE: kysely.updateTable('aitoys_sessions').set({ last_seen_at: 0 }).where(never),
    DELETE: kysely.deleteFrom('aitoys_sessions').where(never),
  };
  const missing: string[] = [];
  for (const [right, statement] of Object.entries(statements)) {
    try {
      await statement.execute(await abortable(database, signal));
    } catch (error) {
      if (!denied.has(Number((error as { errno?: unknown }).errno))) {
        throw error;
      }
      missing.push(right);
    }
  }
  return missing;
}
