import { type Kysely, sql } from 'kysely';
import type { Engine } from '../dialect.ts';
import type { StateTables } from '../tables.ts';

/** OpenID Connect: what goes on, and the keys that sign. Can be repeated, as every migration. */
export async function createOidc(kysely: Kysely<StateTables>, engine: Engine): Promise<void> {
  const isSqlite = engine === 'sqlite';
  const hash = isSqlite ? sql`text` : sql`char(64) character set ascii collate ascii_bin`;
  const name = isSqlite ? sql`text` : sql`varchar(64) character set ascii collate ascii_bin`;
  const sealed = isSqlite ? sql`text` : sql`mediumtext character set ascii collate ascii_bin`;
  const time = isSqlite ? sql`integer` : sql`bigint`;
  const options = isSqlite ? sql`` : sql`engine = InnoDB`;
  const { schema } = kysely;
  await schema
    .createTable('aitoys_oidc_states')
    .ifNotExists()
    .addColumn('id_hash', hash, (column) => column.primaryKey().notNull())
    .addColumn('payload', sealed, (column) => column.notNull())
    .addColumn('grant_hash', hash)
    .addColumn('uid_hash', hash)
    .addColumn('consumed_at', time)
    .addColumn('expires_at', time, (column) => column.notNull())
    .modifyEnd(options)
    .execute();
  for (const column of ['grant_hash', 'uid_hash', 'expires_at'] as const) {
    await createIndex(kysely, engine, column);
  }
  await schema
    .createTable('aitoys_oidc_keys')
    .ifNotExists()
    .addColumn('kid', name, (column) => column.primaryKey().notNull())
    .addColumn('private_key', sealed, (column) => column.notNull())
    .addColumn('signs_from', time, (column) => column.notNull())
    .addColumn('expires_at', time)
    .modifyEnd(options)
    .execute();
}

/** MySQL has no `IF NOT EXISTS` for indexes. */
async function createIndex(
  kysely: Kysely<StateTables>,
  engine: Engine,
  column: 'grant_hash' | 'uid_hash' | 'expires_at'
): Promise<void> {
  const name = `aitoys_oidc_states_${column}`;
  const create = kysely.schema.createIndex(name).on('aitoys_oidc_states').column(column);
  if (engine === 'sqlite') {
    await create.ifNotExists().execute();
    return;
  }
  const { rows } = await sql`show index from aitoys_oidc_states where Key_name = ${name}`.execute(kysely);
  if (rows.length === 0) {
    await create.execute();
  }
}
