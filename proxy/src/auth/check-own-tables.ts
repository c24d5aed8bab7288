import { type Kysely, sql } from 'kysely';
import { abortable, type Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { attemptColumns } from './attempt-counts.ts';
import { sessionColumns } from './session.ts';

// Command denied for a table (1142) or for a column (1143).
const denied = new Set([1142, 1143]);

const columnsOf: Record<keyof StateTables, readonly string[]> = {
  aitoys_sessions: sessionColumns,
  aitoys_sign_in_attempts: attemptColumns,
  aitoys_oidc_states: ['id_hash', 'payload', 'grant_hash', 'uid_hash', 'consumed_at', 'expires_at'],
  aitoys_oidc_keys: ['kid', 'private_key', 'signs_from', 'expires_at'],
  aitoys_leases: ['name', 'holder', 'token', 'expires_at'],
  aitoys_rollups: ['name', 'format', 'watermark', 'open_block', 'generation', 'audited_at'],
  aitoys_rollup_blocks: ['after_id', 'to_id', 'calls', 'checksum', 'built_at', 'audited_at', 'audit_due_at'],
  aitoys_rollup_groups: ['key_hash', 'provider', 'model_name'],
  aitoys_rollup_pages: ['tier_seconds', 'page', 'group_id', 'block_id', 'partials', 'latency', 'cost'],
  aitoys_rollup_days: ['day', 'generation'],
};

/**
 * Which of the rights that signing in needs the account lacks, such as `aitoys_sessions: INSERT`. Asked by statements that
 * need the right and find no row, so that nothing is written. SQLite has no accounts, and a write would lock the whole
 * file: it lacks none.
 */
export async function missingRights(database: Database<StateTables>, signal?: AbortSignal): Promise<string[]> {
  const { engine } = await database.dialect();
  if (engine === 'sqlite') {
    return [];
  }
  const missing: string[] = [];
  for (const [table, columns] of Object.entries(columnsOf)) {
    const rights = await missingOn(database, table, columns, signal);
    if (rights.length > 0) {
      missing.push(`${table}: ${rights.join(', ')}`);
    }
  }
  return missing;
}

async function missingOn(
  database: Database<StateTables>,
  table: string,
  columns: readonly string[],
  signal?: AbortSignal
): Promise<string[]> {
  const kysely = database.kysely as unknown as Kysely<Record<string, Record<string, unknown>>>;
  const never = sql<boolean>`1 = 0`;
  const nothing = kysely.selectFrom(table).select(columns).where(never);
  const statements = {
    SELECT: nothing,
    INSERT: kysely.insertInto(table).columns(columns).expression(nothing),
    UPDATE: kysely
      .updateTable(table)
      .set(Object.fromEntries(columns.slice(-1).map((column) => [column, sql.ref(column)])))
      .where(never),
    DELETE: kysely.deleteFrom(table).where(never),
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
