import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditOnce, differsFromRows } from '../../src/rollups/audit.ts';
import { createFollower, type Follower, type FollowStep } from '../../src/rollups/follow.ts';
import { rollupFormat } from '../../src/rollups/page-codec.ts';
import { readBlocks, readState } from '../../src/rollups/state.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openRollupWork, type OpenRollupWork } from './open-rollup-work.ts';

const sizes = { stepCalls: 10, blockCalls: 40 };
const never = new AbortController().signal;
const rules = { auditEveryMs: 86_400_000, keepBefore: () => null };

let rollups: OpenRollupWork;
let now: number;
let follower: Follower;

function ids(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function step(): Promise<FollowStep> {
  return follower.followOnce(rollups.work, never);
}

/** Follows until there is no more; returns how many steps put calls into rollups. */
async function followToEnd(): Promise<number> {
  let steps = 0;
  for (;;) {
    const { calls, more } = await step();
    steps += calls > 0 ? 1 : 0;
    if (!more) {
      return steps;
    }
  }
}

/** Lets the lag pass for what is in the table now. */
async function settle(): Promise<void> {
  await step();
  now += 5000;
}

async function auditAll(): Promise<number> {
  let rebuilt = 0;
  for (;;) {
    const audited = await auditOnce(rollups.work, rules, never);
    if (audited === null) {
      return rebuilt;
    }
    rebuilt += audited.differed ? 1 : 0;
  }
}

describeOnEngines(
  'createFollower',
  (engine) => {
    beforeEach(async () => {
      rollups = await openRollupWork(engine);
      now = 0;
      follower = createFollower(5000, () => now, sizes);
      // The first step makes the state.
      await step();
    });
    afterEach(() => rollups.close());

    it('puts calls that are there into rollups, in steps and in blocks that are sealed', async () => {
      await rollups.insertIds(ids(1, 95));
      await settle();
      expect(await followToEnd()).toBe(10);
      expect(await rollups.blocks()).toEqual(['(, 40]: 40', '(40, 80]: 40', '(80, 95]: 15']);
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([95, 80]);
      expect(await step()).toEqual({
        calls: 0,
        watermark: 95n,
        maxId: 95n,
        more: false,
        caughtUp: true,
        begunAnew: null,
      });
    });

    it('goes on where it was when it was cut off', async () => {
      await rollups.insertIds(ids(1, 95));
      await settle();
      const abort = new AbortController();
      await follower.followOnce(rollups.work, abort.signal);
      abort.abort(new Error('stopped'));
      await follower.settled();
      await expect(follower.followOnce(rollups.work, abort.signal)).rejects.toThrow();
      follower = createFollower(5000, () => now, sizes);
      await settle();
      await followToEnd();
      expect(await rollups.blocks()).toEqual(['(, 40]: 40', '(40, 80]: 40', '(80, 95]: 15']);
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([95, 80]);
    });

    it('takes what is changed while it puts calls into rollups, also of those that it reads ahead', async () => {
      await rollups.insertIds(ids(1, 25), { start_time: '2026-05-01 12:00:00.000', cost: '1' });
      await settle();
      const { writer } = rollups.work;
      const changes = ['update ai_metrics set cost = 5 where id = 3', 'delete from ai_metrics where id in (11, 12)'];
      const work = {
        ...rollups.work,
        writer: {
          ...writer,
          append: async (...args: Parameters<typeof writer.append>) => {
            await rollups.run(...changes.splice(0, 1));
            await writer.append(...args);
          },
        },
      };
      const found = async () => {
        await follower.followOnce(work, never);
        const [block] = await readBlocks(rollups.state);
        return [await rollups.requestsIn('1m'), block !== undefined && (await differsFromRows(work, block, never))];
      };
      expect([await found(), await found(), await found()]).toEqual([
        [10, false],
        [18, false],
        [23, false],
      ]);
    });

    it('keeps what is frozen of calls that are gone before they were taken', async () => {
      await rollups.insertIds([1, 2], { start_time: '2026-05-01 12:00:00.000' });
      await rollups.insertIds([3], { start_time: '2026-05-03 12:00:00.000' });
      follower = createFollower(
        5000,
        () => now,
        sizes,
        () => Date.parse('2026-05-02T00:00:00Z') / 1000
      );
      await settle();
      const { writer } = rollups.work;
      const append = async (...args: Parameters<typeof writer.append>) => {
        await rollups.run('delete from ai_metrics where id > 1');
        await writer.append(...args);
      };
      await follower.followOnce({ ...rollups.work, writer: { ...writer, append } }, never);
      expect(await rollups.requestsIn('1m')).toBe(2);
    });

    it('does not take a call before the lag is over', async () => {
      await rollups.insertIds([1, 2]);
      await step();
      now += 4999;
      await rollups.insertIds([3]);
      expect(await step()).toEqual({
        calls: 0,
        watermark: null,
        maxId: 3n,
        more: false,
        caughtUp: false,
        begunAnew: null,
      });
      now += 1;
      expect(await step()).toEqual({
        calls: 2,
        watermark: 2n,
        maxId: 3n,
        more: false,
        caughtUp: true,
        begunAnew: null,
      });
      now += 4999;
      expect(await step()).toMatchObject({ calls: 1, watermark: 3n });
    });

    it('seals a block that has been open for an hour', async () => {
      await rollups.insertIds([1, 2]);
      await settle();
      await step();
      expect((await readState(rollups.state))?.openBlock).not.toBeNull();
      await rollups.run('update aitoys_rollup_blocks set built_at = built_at - 3600000');
      await step();
      expect((await readState(rollups.state))?.openBlock).toBeNull();
      expect(await rollups.requestsIn('1d')).toBe(2);
      await rollups.insertIds([3]);
      await settle();
      await step();
      expect(await rollups.blocks()).toEqual(['(, 2]: 2', '(2, 3]: 1']);
    });

    it('seals a block that has many pages, as calls of many hours make them', async () => {
      follower = createFollower(5000, () => now, { ...sizes, blockPages: 3 });
      const openAfter = async (id: number, hour: string) => {
        await rollups.insertIds([id], { start_time: `2026-05-01 ${hour}:00:00.000` });
        await settle();
        await step();
        return (await readState(rollups.state))?.openBlock;
      };
      expect([
        await openAfter(1, '12'),
        await openAfter(2, '03'),
        await openAfter(3, '12'),
        await openAfter(4, '07'),
        await openAfter(5, '12'),
      ]).toEqual([1, 1, 1, null, 2]);
      expect(await rollups.blocks()).toEqual(['(, 4]: 4', '(4, 5]: 1']);
      expect(await rollups.requestsIn('1d')).toBe(4);
    });

    it('begins anew where rollups have another format', async () => {
      await rollups.insertIds([1, 2]);
      await settle();
      await step();
      await rollups.run("update aitoys_rollups set format = 'older'");
      expect(await step()).toMatchObject({ watermark: null, more: true, begunAnew: 'format' });
      expect((await readState(rollups.state))?.format).toBe(rollupFormat);
      await step();
      expect(await rollups.blocks()).toEqual(['(, 2]: 2']);
      expect(await rollups.requestsIn('1m')).toBe(2);
    });

    it('has no calls of an empty table, and takes the first ones', async () => {
      expect(await step()).toEqual({
        calls: 0,
        watermark: null,
        maxId: null,
        more: false,
        caughtUp: true,
        begunAnew: null,
      });
      await rollups.run('alter table ai_metrics modify id bigint');
      await rollups.insertIds([-7, 5]);
      await settle();
      expect(await step()).toMatchObject({ calls: 2, watermark: 5n });
    });

    it('begins anew when the table was emptied', async () => {
      await rollups.insertIds(ids(1, 95));
      await settle();
      await followToEnd();
      await rollups.run('delete from ai_metrics');
      expect(await step()).toMatchObject({ watermark: null, caughtUp: true, begunAnew: 'emptied' });
      expect([await rollups.blocks(), await rollups.requestsIn('1m')]).toEqual([[], 0]);
      await rollups.insertIds(ids(1, 7));
      await settle();
      expect(await step()).toMatchObject({ calls: 7, watermark: 7n });
    });

    it('lets all blocks be compared when the table was emptied and much is frozen, and finds calls that get ids anew', async () => {
      follower = createFollower(
        5000,
        () => now,
        sizes,
        () => 0
      );
      await rollups.insertIds(ids(1, 95));
      await settle();
      await followToEnd();
      await rollups.run('delete from ai_metrics');
      await step();
      expect(await auditAll()).toBe(3);
      expect(await rollups.blocks()).toEqual(['(, 40]: 0', '(40, 80]: 0', '(80, 95]: 0']);
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([0, 0]);
      await rollups.insertIds(ids(1, 50));
      await step();
      expect(await auditAll()).toBe(2);
      await rollups.insertIds(ids(51, 60));
      await step();
      expect(await auditAll()).toBe(1);
      expect(await rollups.blocks()).toEqual(['(, 40]: 40', '(40, 80]: 20', '(80, 95]: 0']);
      expect(await step()).toMatchObject({ calls: 0, watermark: 95n });
      expect(await auditAll()).toBe(0);
    });
  },
  ['mysql', 'mariadb']
);
