import { type Kysely, sql } from 'kysely';
import type { Engine } from '../dialect.ts';
import type { StateTables } from '../tables.ts';

/**
 * Sessions. One statement that can be repeated, because MySQL has no transactions around CREATE TABLE: a migration that
 * was interrupted before it was recorded runs again. Ids are hex and numbers, compared as bytes.
 */
export async function createSessions(kysely: Kysely<StateTables>, engine: Engine): Promise<void> {
  if (engine === 'sqlite') {
    await kysely.schema
      .createTable('aitoys_sessions')
      .ifNotExists()
      .addColumn('id_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('password_fingerprint', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('last_seen_at', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer', (column) => column.notNull())
      .execute();
    await createSqliteIndex(kysely, 'user_id');
    await createSqliteIndex(kysely, 'expires_at');
    return;
  }
  const hash = sql`char(64) character set ascii collate ascii_bin`;
  await kysely.schema
    .createTable('aitoys_sessions')
    .ifNotExists()
    .addColumn('id_hash', hash, (column) => column.primaryKey().notNull())
    .addColumn('user_id', sql`varchar(32) character set ascii collate ascii_bin`, (column) => column.notNull())
    .addColumn('kind', sql`varchar(16) character set ascii collate ascii_bin`, (column) => column.notNull())
    .addColumn('password_fingerprint', hash, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addIndex('aitoys_sessions_user_id', ['user_id'])
    .addIndex('aitoys_sessions_expires_at', ['expires_at'])
    .modifyEnd(sql`engine = InnoDB`)
    .execute();
}

async function createSqliteIndex(kysely: Kysely<StateTables>, column: 'user_id' | 'expires_at'): Promise<void> {
  await kysely.schema
    .createIndex(`aitoys_sessions_${column}`)
    .ifNotExists()
    .on('aitoys_sessions')
    .column(column)
    .execute();
}
