import { sql, type Transaction } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StateTables } from '../../src/database/tables.ts';
import { auditOnce, type AuditRules, markAllDue } from '../../src/rollups/audit.ts';
import { createFollower } from '../../src/rollups/follow.ts';
import { readBlocks } from '../../src/rollups/state.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openRollupWork, type OpenRollupWork } from './open-rollup-work.ts';

const never = new AbortController().signal;
const hourMs = 3_600_000;

let rollups: OpenRollupWork;

async function audit(keepBefore: AuditRules['keepBefore'] = () => null): Promise<(number | string)[]> {
  const done: (number | string)[] = [];
  for (;;) {
    const audited = await auditOnce(rollups.work, { auditEveryMs: 24 * hourMs, keepBefore }, never);
    if (audited === null) {
      return done;
    }
    done.push(audited.differed ? `${String(audited.block.id)} rebuilt` : audited.block.id);
  }
}

describeOnEngines(
  'auditOnce',
  (engine) => {
    beforeEach(async () => {
      rollups = await openRollupWork(engine);
      // A block each of 3 and 2 calls, the second one open.
      await rollups.insertIds([1, 2, 4, 5], { total_time: 10, cost: '0.5' });
      await rollups.insertIds([7], { start_time: '2026-01-01 00:00:00.000' });
      let now = 0;
      const follower = createFollower(5000, () => now, { stepCalls: 3, blockCalls: 3 });
      await follower.followOnce(rollups.work, never);
      await follower.followOnce(rollups.work, never);
      now = 5000;
      await follower.followOnce(rollups.work, never);
      await follower.followOnce(rollups.work, never);
      expect(await rollups.blocks()).toEqual(['(, 4]: 3', '(4, 7]: 2']);
    });
    afterEach(() => rollups.close());

    const makeDue = () => rollups.run('update aitoys_rollup_blocks set audit_due_at = 0');

    it('compares no block before a minute is over', async () => {
      expect(await audit()).toEqual([]);
    });

    it('compares what is due, and says when it is due again', async () => {
      await rollups.run(
        `update aitoys_rollup_blocks set built_at = built_at - ${String(4 * hourMs)}, audit_due_at = 0`
      );
      expect(await audit()).toEqual([1, 2]);
      const [block] = await readBlocks(rollups.state);
      const age = (block?.auditedAt ?? 0) - (block?.builtAt ?? 0);
      expect(age).toBeGreaterThanOrEqual(4 * hourMs);
      const waits = (block?.auditDueAt ?? 0) - (block?.auditedAt ?? 0);
      expect(Math.abs(waits - age / 2)).toBeLessThan(1000);
    });

    it('finds a call that came late with a lower id', async () => {
      await rollups.insertIds([3]);
      await makeDue();
      expect(await audit()).toEqual(['1 rebuilt', 2]);
      expect(await rollups.blocks()).toEqual(['(, 4]: 4', '(4, 7]: 2']);
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([6, 4]);
    });

    it('finds calls that were changed, also in the open block', async () => {
      await rollups.run('update ai_metrics set cost = 0.6 where id = 5');
      await makeDue();
      expect(await audit()).toEqual([1, '2 rebuilt']);
      await makeDue();
      expect(await audit()).toEqual([1, 2]);
    });

    it('finds calls that were deleted', async () => {
      await rollups.run('delete from ai_metrics where id in (1, 5)');
      await makeDue();
      expect(await audit()).toEqual(['1 rebuilt', '2 rebuilt']);
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([3, 2]);
    });

    it('compares a block that was built anew again after a minute', async () => {
      await rollups.run(
        `update aitoys_rollup_blocks set built_at = built_at - ${String(4 * hourMs)}, audit_due_at = 0`
      );
      await rollups.run('delete from ai_metrics where id = 1');
      await audit();
      const [rebuilt] = await readBlocks(rollups.state);
      // It was compared before its calls were read.
      const wait = (rebuilt?.auditDueAt ?? 0) - (rebuilt?.auditedAt ?? 0);
      expect([wait >= 60_000, wait < 90_000]).toEqual([true, true]);
    });

    it.each([
      ['blocks are marked due', () => markAllDue(rollups.state)],
      ['an audit is noted', () => rollups.work.writer.audited([1, 2], 0, () => 0)],
    ])('goes on after a deadlock when %s', async (_, write) => {
      let written: Promise<void> | undefined;
      await rollups.state.kysely.transaction().execute(async (transaction) => {
        // The server ends the one of the two that has changed fewer rows.
        await transaction
          .insertInto('aitoys_rollup_days')
          .values(Array.from({ length: 100 }, (_row, day) => ({ day, generation: 1 })))
          .execute();
        const touch = (id: number) =>
          transaction.updateTable('aitoys_rollup_blocks').set({ built_at: 7 }).where('id', '=', id).execute();
        await touch(2);
        written = write();
        written.catch(() => undefined);
        await anotherWaits(transaction);
        await touch(1);
      });
      await written;
      const blocks = await readBlocks(rollups.state);
      expect(blocks.map(({ builtAt, auditDueAt }) => [builtAt, auditDueAt])).toEqual([
        [7, 0],
        [7, 0],
      ]);
    });

    it('keeps what was frozen, and takes the rest as the rows are', async () => {
      await rollups.run('delete from ai_metrics');
      await makeDue();
      // 2026-04-01: the call of id 7 is older, the others are not.
      const keepBefore = (zone: string) => (zone === 'UTC' ? 1_775_001_600 : 0);
      expect(await audit(keepBefore)).toEqual(['1 rebuilt', '2 rebuilt']);
      expect(await rollups.requestsIn('1m')).toBe(1);
      await makeDue();
      expect(await audit(keepBefore)).toEqual([1, 2]);
    });
  },
  ['mysql', 'mariadb']
);

/** Resolves when another connection changes blocks: which ends when `transaction` does, as that has locked one of them. */
async function anotherWaits(transaction: Transaction<StateTables>): Promise<void> {
  for (;;) {
    const { rows: names } = await sql<{ name: string }>`select database() as name`.execute(transaction);
    const { rows } = await sql<{ Info: unknown; db: unknown }>`show full processlist`.execute(transaction);
    if (rows.some(({ Info, db }) => db === names[0]?.name && /^update `aitoys_rollup_blocks`/.test(String(Info)))) {
      return;
    }
  }
}
