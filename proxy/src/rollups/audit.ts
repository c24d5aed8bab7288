import { type Expression, sql, type SqlBool } from 'kysely';
import { databaseNow } from '../database/database-now.ts';
import type { Database } from '../database/open-database.ts';
import { repeatAfterConflict } from '../database/repeat-after-conflict.ts';
import type { StateTables } from '../database/tables.ts';
import { auditDueAt } from './audit-times.ts';
import type { Content } from './content.ts';
import { type IdRange, readCalls, readChecksum } from './read-calls.ts';
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
  // What is changed while it is compared may not have been seen.
  const now = await databaseNow(work.state);
  const differed = await differsFromRows(work, block, signal);
  if (differed) {
    await buildAnew(work, block, rules, signal);
  } else {
    await work.writer.audited([block.id], now, ({ builtAt }) => auditDueAt(builtAt, now, rules.auditEveryMs));
  }
  return { block, ageMs: now - block.builtAt, differed };
}

/** Whether the rows of a range are others than those that `known` is of. */
export async function differsFromRows(
  { metrics, source }: Pick<RollupWork, 'metrics' | 'source'>,
  known: IdRange & Pick<Content, 'calls' | 'checksum'>,
  signal: AbortSignal
): Promise<boolean> {
  const { calls, checksum } = await readChecksum(metrics, source, known, signal);
  return calls !== known.calls || checksum !== known.checksum;
}

/** Makes a block what its rows are. It is due again as a new one is: rows that were changed now may be changed further. */
export async function buildAnew(
  { metrics, state, source, writer }: RollupWork,
  block: Block,
  { keepBefore }: Pick<AuditRules, 'keepBefore'>,
  signal: AbortSignal
): Promise<void> {
  const readAt = await databaseNow(state);
  const content = await readCalls(metrics, source, block, signal);
  signal.throwIfAborted();
  await writer.replace(block.id, content, keepBefore(source.startTimeZone), readAt);
}

/** Lets the holder of the lease compare all blocks as soon as it can. Anyone may: it changes no rollups. */
export async function markAllDue(state: Database<StateTables>): Promise<void> {
  await markDue(state, sql<boolean>`audit_due_at <> 0`);
}

/** The same for the open block. */
export async function markOpenDue(state: Database<StateTables>): Promise<void> {
  await markDue(state, sql<boolean>`id = (select open_block from aitoys_rollups)`);
}

/** The same for the blocks that have ids above `id`. */
export async function markDueAbove(state: Database<StateTables>, id: bigint): Promise<void> {
  await markDue(state, sql<boolean>`to_id > ${id}`);
}

/** The same for the blocks for which `which` is true. The holder may write them meanwhile, in another order. */
export async function markDue({ kysely }: Database<StateTables>, which: Expression<SqlBool>): Promise<void> {
  await repeatAfterConflict(() =>
    kysely.updateTable('aitoys_rollup_blocks').set({ audit_due_at: 0 }).where(which).execute()
  );
}
