import { setTimeout as pause } from 'node:timers/promises';
import { type Expression, sql, type SqlBool } from 'kysely';
import type { Clock } from '../clock.ts';
import type { RollupConfig } from '../config.ts';
import { databaseNow } from '../database/database-now.ts';
import type { Database } from '../database/open-database.ts';
import { repeatAfterConflict } from '../database/repeat-after-conflict.ts';
import type { StateTables } from '../database/tables.ts';
import { auditOnce, markDue } from '../rollups/audit.ts';
import { auditRules } from '../rollups/audit-rules.ts';
import { type Lease, LeaseLostError, releaseLease, takeLease } from '../rollups/lease.ts';
import { rollupFormat } from '../rollups/page-codec.ts';
import { nameOfThisProcess, renewEveryMs, renewLease } from '../rollups/renew-lease.ts';
import { noChecksum, readBlocks, readState } from '../rollups/state.ts';
import { createRollupWriter } from '../rollups/write-rollups.ts';
import { type ProgressOutput, startProgress } from './progress.ts';
import { ToolError } from './run-tool.ts';
import type { RollupTables } from './verify-rollups.ts';

const lookEveryMs = 500;

/**
 * Has every block compared with its rows, or with `all` built anew: by the proxy that has the lease, which knows what is due,
 * or here where none has it. Returns what was done, for a terminal.
 */
export async function rebuildRollups(
  tables: RollupTables,
  config: RollupConfig,
  clock: Clock,
  all: boolean,
  output: ProgressOutput = process.stderr
): Promise<string> {
  const { state } = tables;
  if ((await readState(state))?.format !== rollupFormat) {
    throw new ToolError('There are no rollups yet: a proxy that runs builds them');
  }
  const since = await databaseNow(state);
  const total = (await readBlocks(state)).length;
  if (all) {
    await repeatAfterConflict(() =>
      state.kysely
        .updateTable('aitoys_rollup_blocks')
        .set({ checksum: String(noChecksum) })
        .execute()
    );
  }
  const progress = startProgress('blocks', total, output);
  let isTold = false;
  for (;;) {
    // Whoever compared a block meanwhile may just have said when it is due again: it is due now.
    await markDue(state, sql<SqlBool>`audit_due_at <> 0 and ${isLeft(since)}`);
    const left = await countLeft(state, since);
    progress.update(Math.max(0, total - left));
    if (left === 0) {
      break;
    }
    const lease = await takeLease(state, nameOfThisProcess());
    if (lease !== null) {
      await auditAll(tables, config, clock, lease, async () =>
        progress.update(total - (await countLeft(state, since)))
      );
    } else {
      if (!isTold) {
        output.write('A proxy builds the rollups: it does it, beside its other work …\n');
        isTold = true;
      }
      await pause(lookEveryMs);
    }
  }
  progress.stop();
  return `${String(total)} blocks were ${all ? 'built anew' : 'compared with their rows; those that differed were built anew'}\n`;
}

async function auditAll(
  tables: RollupTables,
  config: RollupConfig,
  clock: Clock,
  lease: Lease,
  onBlock: () => Promise<void>
): Promise<void> {
  const lost = new AbortController();
  const stopRenewing = renewLease(tables.state, lease, renewEveryMs, () => lost.abort(new LeaseLostError()));
  const work = { ...tables, writer: createRollupWriter(tables.state, lease) };
  try {
    while ((await auditOnce(work, auditRules(config, clock), lost.signal)) !== null) {
      await onBlock();
    }
  } catch (error) {
    // A proxy goes on with what is left.
    if (!(error instanceof LeaseLostError) && !lost.signal.aborted) {
      throw error;
    }
  } finally {
    stopRenewing();
    await releaseLease(tables.state, lease);
  }
}

async function countLeft({ kysely }: Database<StateTables>, since: number): Promise<number> {
  const { left } = await kysely
    .selectFrom('aitoys_rollup_blocks')
    .select(({ fn }) => fn.countAll().as('left'))
    .where(isLeft(since))
    .executeTakeFirstOrThrow();
  return Number(left);
}

function isLeft(since: number): Expression<SqlBool> {
  return sql<SqlBool>`(audited_at < ${since} or checksum = ${noChecksum})`;
}
