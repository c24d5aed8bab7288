import { sql } from 'kysely';
import { databaseNow } from '../database/database-now.ts';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { auditDueAt } from './audit-times.ts';
import { readCalls, readChecksum } from './read-calls.ts';
import type { RollupWork } from './rollup-work.ts';
import { type Block, readDueBlock } from './state.ts';

export interface AuditRules {
  /** Every block is compared again after this time. */
  auditEveryMs: number;
  /** Cells that begin before this time are left as they are: in stored seconds since 1970, of a zone; null where none are. */
  keepBefore: (zone: string) => number | null;
}

export interface Audited {
  block: Block;
  /** Since it was built first. */
  ageMs: number;
  /** It was not what its rows are, and is now. */
  differed: boolean;
}

/** Compares the block that has been due longest with its rows, and builds it anew where they differ; null where none is due. */
export async function auditOnce(work: RollupWork, rules: AuditRules, signal: AbortSignal): Promise<Audited | null> {
  const block = await readDueBlock(work.state);
  if (block === null) {
    return null;
  }
  const differed = await differsFromRows(work, block, signal);
  const now = await databaseNow(work.state);
  if (differed) {
    const content = await readCalls(work.metrics, work.source, block, signal);
    signal.throwIfAborted();
    // It is due again as a new one is: rows that were changed now may be changed further.
    await work.writer.replace(block.id, content, rules.keepBefore(work.source.startTimeZone));
  } else {
    await work.writer.audited([block.id], ({ builtAt }) => auditDueAt(builtAt, now, rules.auditEveryMs));
  }
  return { block, ageMs: now - block.builtAt, differed };
}

/** Whether the rows of a block are others than those that it was built from. */
export async function differsFromRows(
  { metrics, source }: Pick<RollupWork, 'metrics' | 'source'>,
  block: Block,
  signal: AbortSignal
): Promise<boolean> {
  const { calls, checksum } = await readChecksum(metrics, source, block, signal);
  return calls !== block.calls || checksum !== block.checksum;
}

/** Lets the holder of the lease compare all blocks as soon as it can. Anyone may: it changes no rollups. */
export async function markAllDue(state: Database<StateTables>): Promise<void> {
  await state.kysely.updateTable('aitoys_rollup_blocks').set({ audit_due_at: 0 }).execute();
}

/** The same for the blocks that have ids above `id`. */
export async function markDueAbove(state: Database<StateTables>, id: bigint): Promise<void> {
  await state.kysely
    .updateTable('aitoys_rollup_blocks')
    .set({ audit_due_at: 0 })
    .where(sql<boolean>`to_id > ${id}`)
    .execute();
}
