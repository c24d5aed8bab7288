import { type Kysely, sql } from 'kysely';
import type { Engine } from '../dialect.ts';
import type { StateTables } from '../tables.ts';

/** Attempts to sign in. Can be repeated, as every migration: MySQL has no transactions around CREATE TABLE. */
export async function createSignInAttempts(kysely: Kysely<StateTables>, engine: Engine): Promise<void> {
  if (engine === 'sqlite') {
    await kysely.schema
      .createTable('aitoys_sign_in_attempts')
      .ifNotExists()
      .addColumn('key_hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer', (column) => column.notNull())
      .execute();
    await kysely.schema
      .createIndex('aitoys_sign_in_attempts_expires_at')
      .ifNotExists()
      .on('aitoys_sign_in_attempts')
      .column('expires_at')
      .execute();
    return;
  }
  await kysely.schema
    .createTable('aitoys_sign_in_attempts')
    .ifNotExists()
    .addColumn('key_hash', sql`char(64) character set ascii collate ascii_bin`, (column) =>
      column.primaryKey().notNull()
    )
    .addColumn('attempts', 'integer', (column) => column.unsigned().notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addIndex('aitoys_sign_in_attempts_expires_at', ['expires_at'])
    .modifyEnd(sql`engine = InnoDB`)
    .execute();
}
