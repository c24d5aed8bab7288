import { type Kysely, sql } from 'kysely';
import type { Engine } from '../dialect.ts';
import type { StateTables } from '../tables.ts';

/**
 * Rollups, and the lease of the proxy that builds them. SQLite, which is for the demo only, has none. Can be repeated, as
 * every migration. Ids of calls may be any whole number that a BIGINT holds, signed or not.
 */
export async function createRollups(kysely: Kysely<StateTables>, engine: Engine): Promise<void> {
  if (engine === 'sqlite') {
    return;
  }
  const { schema } = kysely;
  const callId = sql`decimal(20, 0)`;
  const exactText = sql`text character set utf8mb4 collate utf8mb4_bin`;
  const asciiText = sql`varchar(64) character set ascii collate ascii_bin`;
  const innodb = sql`engine = InnoDB`;
  await schema
    .createTable('aitoys_leases')
    .ifNotExists()
    .addColumn('name', asciiText, (column) => column.primaryKey().notNull())
    .addColumn('holder', asciiText, (column) => column.notNull())
    .addColumn('token', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .modifyEnd(innodb)
    .execute();
  await schema
    .createTable('aitoys_rollups')
    .ifNotExists()
    .addColumn('name', asciiText, (column) => column.primaryKey().notNull())
    .addColumn('format', asciiText, (column) => column.notNull())
    .addColumn('watermark', callId)
    .addColumn('open_block', 'bigint')
    .addColumn('generation', 'bigint', (column) => column.notNull())
    .addColumn('audited_at', 'bigint')
    .modifyEnd(innodb)
    .execute();
  await schema
    .createTable('aitoys_rollup_blocks')
    .ifNotExists()
    .addColumn('id', 'bigint', (column) => column.primaryKey().autoIncrement().notNull())
    .addColumn('after_id', callId)
    .addColumn('to_id', callId, (column) => column.notNull())
    .addColumn('calls', 'bigint', (column) => column.notNull())
    .addColumn('checksum', sql`decimal(39, 0)`, (column) => column.notNull())
    .addColumn('built_at', 'bigint', (column) => column.notNull())
    .addColumn('audited_at', 'bigint', (column) => column.notNull())
    .addColumn('audit_due_at', 'bigint', (column) => column.notNull())
    .addIndex('aitoys_rollup_blocks_to_id', ['to_id'])
    .addIndex('aitoys_rollup_blocks_audited_at', ['audited_at'])
    .addIndex('aitoys_rollup_blocks_audit_due_at', ['audit_due_at'])
    .modifyEnd(innodb)
    .execute();
  await schema
    .createTable('aitoys_rollup_groups')
    .ifNotExists()
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement().notNull())
    .addColumn('key_hash', asciiText, (column) => column.notNull())
    .addColumn('provider', exactText)
    .addColumn('model_name', exactText)
    .addUniqueConstraint('aitoys_rollup_groups_key_hash', ['key_hash'])
    .modifyEnd(innodb)
    .execute();
  await schema
    .createTable('aitoys_rollup_pages')
    .ifNotExists()
    .addColumn('tier_seconds', 'integer', (column) => column.notNull())
    .addColumn('page', 'bigint', (column) => column.notNull())
    .addColumn('group_id', 'integer', (column) => column.notNull())
    .addColumn('block_id', 'bigint', (column) => column.notNull())
    .addColumn('partials', sql`mediumblob`, (column) => column.notNull())
    .addColumn('latency', sql`mediumblob`, (column) => column.notNull())
    .addColumn('cost', sql`mediumblob`, (column) => column.notNull())
    .addPrimaryKeyConstraint('aitoys_rollup_pages_key', ['tier_seconds', 'page', 'group_id', 'block_id'])
    .addIndex('aitoys_rollup_pages_block_id', ['block_id'])
    .modifyEnd(innodb)
    .execute();
  await schema
    .createTable('aitoys_rollup_days')
    .ifNotExists()
    .addColumn('day', 'bigint', (column) => column.primaryKey().notNull())
    .addColumn('generation', 'bigint', (column) => column.notNull())
    .modifyEnd(innodb)
    .execute();
}
