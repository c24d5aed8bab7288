import { sql, type Transaction } from 'kysely';
import type { EngineDialect } from '../database/dialect.ts';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { addBlockToTiers, addToPages, type GroupedCells, refreshTiers, slices } from './change-tiers.ts';
import type { Content } from './content.ts';
import { groupIds } from './groups.ts';
import { fencedTransaction, type Lease } from './lease.ts';
import { rollupFormat } from './page-codec.ts';
import { type PageKey, readBlockKeys } from './pages.ts';
import { createPauses } from './pauses.ts';
import type { IdRange } from './read-calls.ts';
import { replacePages } from './replace-pages.ts';
import { type Block, noChecksum, readBlock, readState, type RollupState } from './state.ts';
import { baseTier } from './tiers.ts';

/** When a block is compared with its calls for the first time after it was written. */
const firstAuditMs = 60_000;
const daySeconds = 86_400;
const rowsPerStatement = 1000;
const pagesPerDelete = 5000;

/**
 * What changes rollups. Each of these is one transaction that only the holder of the lease can make (a LeaseLostError for
 * others), and either all of it is done or nothing.
 */
export interface RollupWriter {
  /** Takes all rollups away and begins anew in the present format; also the first start. */
  reset(): Promise<void>;
  /**
   * Adds the calls of `range`, which begins at the watermark, to the open block, or opens one. Throws where the watermark
   * is elsewhere: so no call is counted twice.
   */
  append(content: Content, range: IdRange): Promise<void>;
  /** Adds the open block to the tiers; nothing without one. */
  seal(): Promise<void>;
  /**
   * Puts `content`, read anew, in the place of a block's. Cells that begin before `keepBefore` (stored seconds since 1970)
   * stay as they are: their calls may be gone. Other tiers follow where pages changed, or all of them that have calls of a
   * block with `noChecksum`. The content was begun to be read at `readAt` (ms since 1970, by the database's clock).
   */
  replace(blockId: number, content: Content, keepBefore: number | null, readAt: number): Promise<void>;
  /** Notes that blocks were as their calls were `at` that time, and when each is due again (ms since 1970). */
  audited(blockIds: readonly number[], at: number, dueAt: (block: Block) => number): Promise<void>;
}

export function createRollupWriter(database: Database<StateTables>, lease: Lease): RollupWriter {
  const write = (change: (transaction: Transaction<StateTables>, dialect: EngineDialect) => Promise<void>) =>
    fencedTransaction(database, lease, change);
  return {
    reset: () => write(reset),
    append: (content, range) => write((transaction, dialect) => append(transaction, dialect, content, range)),
    seal: () => write(seal),
    replace: (blockId, content, keepBefore, readAt) =>
      write((transaction, dialect) => replace(transaction, dialect, blockId, content, keepBefore, readAt)),
    audited: (blockIds, at, dueAt) => write((transaction) => noteAudit(transaction, blockIds, at, dueAt)),
  };
}

async function reset(transaction: Transaction<StateTables>): Promise<void> {
  const state = await readState({ kysely: transaction });
  await deleteAllPages(transaction);
  for (const table of ['aitoys_rollup_days', 'aitoys_rollup_blocks', 'aitoys_rollups'] as const) {
    await transaction.deleteFrom(table).execute();
  }
  await transaction
    .insertInto('aitoys_rollups')
    .values({
      name: 'ai_metrics',
      format: rollupFormat,
      watermark: null,
      open_block: null,
      // Never one that there was before: readers keep what they read by it.
      generation: (state?.generation ?? 0) + 1,
      audited_at: null,
    })
    .execute();
}

/** In parts, because a statement has a time limit and there may be millions. */
async function deleteAllPages(transaction: Transaction<StateTables>): Promise<void> {
  for (let deleted = 1n; deleted > 0n;) {
    const result = await transaction.deleteFrom('aitoys_rollup_pages').limit(pagesPerDelete).executeTakeFirst();
    deleted = result.numDeletedRows;
  }
}

async function append(
  transaction: Transaction<StateTables>,
  dialect: EngineDialect,
  content: Content,
  { afterId, toId }: IdRange
): Promise<void> {
  const state = await presentState(transaction);
  if (state.watermark !== afterId || (afterId !== null && toId <= afterId)) {
    throw new RangeError('Calls that follow upon others than those that rollups have');
  }
  const blockId = state.openBlock ?? (await openBlock(transaction, dialect, { afterId, toId }));
  const ids = await groupIds(transaction, content);
  await addToPages(transaction, baseTier, blockId, byGroupId(content, ids), createPauses());
  await transaction
    .updateTable('aitoys_rollup_blocks')
    .set({
      to_id: String(toId),
      calls: sql`calls + ${content.calls}`,
      checksum: sql`checksum + ${content.checksum}`,
      // New calls are those that are changed most, whenever the block was begun.
      audit_due_at: sql`least(audit_due_at, ${dialect.nowMs()} + ${firstAuditMs})`,
    })
    .where('id', '=', blockId)
    .execute();
  await changeState(transaction, { watermark: String(toId), open_block: blockId });
}

async function seal(transaction: Transaction<StateTables>): Promise<void> {
  const state = await presentState(transaction);
  if (state.openBlock === null) {
    return;
  }
  const keys = await readBlockKeys(transaction, state.openBlock);
  await addBlockToTiers(transaction, state.openBlock, keys, createPauses());
  await changeState(transaction, { open_block: null });
  await noteDays(transaction, keys, state.generation + 1);
}

async function replace(
  transaction: Transaction<StateTables>,
  dialect: EngineDialect,
  blockId: number,
  content: Content,
  keepBefore: number | null,
  readAt: number
): Promise<void> {
  const state = await presentState(transaction);
  const pauses = createPauses();
  const block = await readBlock({ kysely: transaction }, blockId);
  if (block === null) {
    throw new RangeError('There is no such block of rollups');
  }
  const groups = byGroupId(content, await groupIds(transaction, content));
  await transaction
    .updateTable('aitoys_rollup_blocks')
    .set({
      calls: content.calls,
      checksum: String(content.checksum),
      audited_at: readAt,
      audit_due_at: sql<number>`${dialect.nowMs()} + ${firstAuditMs}`,
    })
    .where('id', '=', blockId)
    .execute();
  const { all, changed } = await replacePages(transaction, blockId, groups, keepBefore, pauses);
  if (blockId !== state.openBlock) {
    // All blocks are made anew when one is that has no checksum.
    const isWhole = block.checksum === noChecksum;
    const touched = isWhole ? all : changed;
    await refreshTiers(transaction, touched, { openBlock: state.openBlock, skipDamaged: isWhole }, pauses);
    await noteDays(transaction, touched, state.generation + 1);
  }
  await changeState(transaction, {});
}

async function noteAudit(
  transaction: Transaction<StateTables>,
  blockIds: readonly number[],
  at: number,
  dueAt: (block: Block) => number
): Promise<void> {
  for (const id of blockIds) {
    const block = await readBlock({ kysely: transaction }, id);
    if (block !== null) {
      await transaction
        .updateTable('aitoys_rollup_blocks')
        .set({ audited_at: at, audit_due_at: dueAt(block) })
        .where('id', '=', id)
        .execute();
    }
  }
  await transaction
    .updateTable('aitoys_rollups')
    .set({ audited_at: oldestAudit() })
    .where('name', '=', 'ai_metrics')
    .execute();
}

async function openBlock(
  transaction: Transaction<StateTables>,
  dialect: EngineDialect,
  { afterId, toId }: IdRange
): Promise<number> {
  const { insertId } = await transaction
    .insertInto('aitoys_rollup_blocks')
    .values({
      after_id: afterId === null ? null : String(afterId),
      to_id: String(toId),
      calls: 0,
      checksum: '0',
      built_at: dialect.nowMs(),
      audited_at: dialect.nowMs(),
      audit_due_at: sql<number>`${dialect.nowMs()} + ${firstAuditMs}`,
    })
    .executeTakeFirstOrThrow();
  return Number(insertId);
}

async function presentState(transaction: Transaction<StateTables>): Promise<RollupState> {
  const state = await readState({ kysely: transaction });
  if (state?.format !== rollupFormat) {
    throw new Error('There are no rollups in the present format');
  }
  return state;
}

async function changeState(
  transaction: Transaction<StateTables>,
  changes: { watermark?: string; open_block?: number | null }
): Promise<void> {
  await transaction
    .updateTable('aitoys_rollups')
    .set({ ...changes, generation: sql`generation + 1`, audited_at: oldestAudit() })
    .where('name', '=', 'ai_metrics')
    .execute();
}

function oldestAudit() {
  return sql<number | null>`(select min(audited_at) from aitoys_rollup_blocks)`;
}

async function noteDays(
  transaction: Transaction<StateTables>,
  keys: readonly PageKey[],
  generation: number
): Promise<void> {
  const days = [...new Set(keys.map(({ page }) => Math.floor(page / daySeconds)))];
  for (const batch of slices(days, rowsPerStatement)) {
    await transaction
      .insertInto('aitoys_rollup_days')
      .values(batch.map((day) => ({ day, generation })))
      .onDuplicateKeyUpdate({ generation })
      .execute();
  }
}

function byGroupId({ groups }: Content, ids: Map<string, number>): GroupedCells {
  return new Map(
    [...groups].map(([key, { cells }]) => {
      const id = ids.get(key);
      if (id === undefined) {
        throw new Error('A group of rollups has no id');
      }
      return [id, cells];
    })
  );
}
