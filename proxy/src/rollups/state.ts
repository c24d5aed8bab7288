import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';

// BIGINT and DECIMAL come as text.
const callId = z.coerce.string().transform((text) => BigInt(text));
const number = z.coerce.number().int();

const stateSchema = z
  .object({
    format: z.string(),
    watermark: callId.nullable(),
    open_block: number.nullable(),
    generation: number,
    audited_at: number.nullable(),
  })
  .transform(({ open_block: openBlock, audited_at: auditedAt, ...same }) => ({ ...same, openBlock, auditedAt }));

/** How far the rollups are; see RollupsTable. */
export type RollupState = z.infer<typeof stateSchema>;

const blockSchema = z
  .object({
    id: number,
    after_id: callId.nullable(),
    to_id: callId,
    calls: number,
    checksum: callId,
    built_at: number,
    audited_at: number,
    audit_due_at: number,
  })
  .transform(({ id, after_id, to_id, calls, checksum, built_at, audited_at, audit_due_at }) => ({
    id,
    afterId: after_id,
    toId: to_id,
    calls,
    checksum,
    builtAt: built_at,
    auditedAt: audited_at,
    auditDueAt: audit_due_at,
  }));

/** A block of calls; see RollupBlocksTable. */
export type Block = z.infer<typeof blockSchema>;

/** Of a block that is to be built anew whatever its rows are, with all that other tiers have of it: no rows have it. */
export const noChecksum = -1n;

/** How far the rollups are; null where there are none yet. */
export async function readState({ kysely }: { kysely: Kysely<StateTables> }): Promise<RollupState | null> {
  const row = await kysely
    .selectFrom('aitoys_rollups')
    .select(['format', 'watermark', 'open_block', 'generation', 'audited_at'])
    .where('name', '=', 'ai_metrics')
    .executeTakeFirst();
  return row === undefined ? null : stateSchema.parse(row);
}

/** All blocks, in the order of their calls' ids. */
export async function readBlocks({ kysely }: { kysely: Kysely<StateTables> }): Promise<Block[]> {
  const rows = await kysely.selectFrom('aitoys_rollup_blocks').selectAll().orderBy('to_id').execute();
  return z.array(blockSchema).parse(rows);
}

/** The block that grows; null where there is none. */
export async function readOpenBlock(database: { kysely: Kysely<StateTables> }): Promise<Block | null> {
  const openBlock = (await readState(database))?.openBlock ?? null;
  return openBlock === null ? null : readBlock(database, openBlock);
}

/** The block that was to be compared with its calls first; null where none is due. */
export async function readDueBlock(database: Database<StateTables>): Promise<Block | null> {
  const dialect = await database.dialect();
  const row = await database.kysely
    .selectFrom('aitoys_rollup_blocks')
    .selectAll()
    .where('audit_due_at', '<=', dialect.nowMs())
    .orderBy('audit_due_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : blockSchema.parse(row);
}

export async function readBlock({ kysely }: { kysely: Kysely<StateTables> }, id: number): Promise<Block | null> {
  const row = await kysely.selectFrom('aitoys_rollup_blocks').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : blockSchema.parse(row);
}

/** How many pages a block has. */
export async function countPages({ kysely }: Database<StateTables>, blockId: number): Promise<number> {
  const { pages } = await kysely
    .selectFrom('aitoys_rollup_pages')
    .select(({ fn }) => fn.countAll().as('pages'))
    .where('block_id', '=', blockId)
    .executeTakeFirstOrThrow();
  return Number(pages);
}
