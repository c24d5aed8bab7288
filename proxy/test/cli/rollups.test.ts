import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rebuildRollups } from '../../src/cli/rebuild-rollups.ts';
import { describeRollups } from '../../src/cli/rollup-status.ts';
import { verifyRollups } from '../../src/cli/verify-rollups.ts';
import { loadRollupConfig } from '../../src/config.ts';
import { auditOnce } from '../../src/rollups/audit.ts';
import { createFollower } from '../../src/rollups/follow.ts';
import { openRollupWork, type OpenRollupWork } from '../rollups/open-rollup-work.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { emptyDatabase } from '../support/empty-database.ts';
import { runScript } from '../support/run-script.ts';

const never = new AbortController().signal;
const quiet = { write: () => true };
const clock = () => Date.parse('2026-06-01T00:00:00Z');
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

let rollups: OpenRollupWork;

/** Two blocks with 2 and 1 calls. */
async function fill(): Promise<void> {
  let now = 0;
  const follower = createFollower(5000, () => now, { stepCalls: 2, blockCalls: 2 });
  await rollups.insertIds([1, 2, 5]);
  await follower.followOnce(rollups.work, never);
  await follower.followOnce(rollups.work, never);
  now = 5000;
  await follower.followOnce(rollups.work, never);
  await follower.followOnce(rollups.work, never);
}

async function pages() {
  const { rows } = await sql<{
    tier_seconds: number;
  }>`select tier_seconds, page, group_id, block_id, hex(partials), hex(latency),
    hex(cost) from aitoys_rollup_pages order by tier_seconds, page, group_id, block_id`.execute(rollups.state.kysely);
  return rows;
}

const releaseLease = () => rollups.run('update aitoys_leases set expires_at = 0');

describeOnEngines(
  'npm run rollups',
  (engine) => {
    beforeEach(async () => {
      rollups = await openRollupWork(engine);
    });
    afterEach(() => rollups.close());

    const rebuild = (all: boolean, output: { write: (text: string) => unknown } = quiet) =>
      rebuildRollups(rollups.work, loadRollupConfig({}), clock, all, output);

    it('status says that there are none yet', async () => {
      expect(await describeRollups(rollups.work)).toBe('There are no rollups yet. test builds them.\n');
      await releaseLease();
      expect(await describeRollups(rollups.work)).toBe(
        'There are no rollups yet. No proxy builds them at the moment.\n'
      );
    });

    it('status says how far and how large they are', async () => {
      await fill();
      await rollups.insertIds([9]);
      const lines = (await describeRollups(rollups.work)).replace(time, 'TIME').split('\n');
      expect(lines.slice(0, 5)).toEqual([
        '3 calls in 2 blocks, of 1 groups. test builds them.',
        'Calls up to id 5 are in rollups; the table has ids up to 9.',
        'All blocks were compared with their rows since TIME; 0 are due now.',
        '',
        'tier  pages  bytes',
      ]);
      expect(lines.slice(5).map((line) => line.replace(/\d+$/, 'N'))).toEqual([
        '1m    2      N',
        '5m    1      N',
        '15m   1      N',
        '1h    1      N',
        '1d    1      N',
        '',
      ]);
    });

    it('verify finds what differs, and changes nothing', async () => {
      await fill();
      expect(await verifyRollups(rollups.work, quiet)).toEqual({
        text: 'All 2 blocks are as their rows are\n',
        differing: 0,
      });
      await rollups.run('update ai_metrics set cost = 1 where id = 5');
      for (let time_ = 0; time_ < 2; time_ += 1) {
        const { text, differing } = await verifyRollups(rollups.work, quiet);
        expect([text.replace(time, 'TIME'), differing]).toEqual([
          'block  after id  to id  calls  built\n' +
            '2      2         5      1      TIME\n\n' +
            '1 of 2 blocks are not as their rows are now. The next audit builds them anew; npm run rollups -- rebuild does at once\n',
          1,
        ]);
      }
    });

    it('rebuild builds anew what differs, where no proxy does', async () => {
      await fill();
      await releaseLease();
      await rollups.run('delete from ai_metrics where id = 2');
      expect(await rebuild(false)).toBe(
        '2 blocks were compared with their rows; those that differed were built anew\n'
      );
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([2, 1]);
      expect(await describeRollups(rollups.work)).toContain('No proxy builds them at the moment.');
    });

    it('rebuild --all builds every block anew', async () => {
      await fill();
      await releaseLease();
      await rollups.run("update aitoys_rollup_pages set partials = 'damaged' where tier_seconds = 60");
      expect(await rebuild(true)).toBe('2 blocks were built anew\n');
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([3, 2]);
      expect(await verifyRollups(rollups.work, quiet)).toMatchObject({ differing: 0 });
    });

    it('rebuild --all makes every tier anew, though the pages below are right', async () => {
      await rollups.insertIds([3], { start_time: '2026-05-01 20:00:00.000' });
      await rollups.insertIds([4], { start_time: '2026-05-01 15:00:00.000', model_name: 'm' });
      await fill();
      expect(await rollups.blocks()).toEqual(['(, 2]: 2', '(2, 4]: 2']);
      await releaseLease();
      const before = await pages();
      expect(before.map(({ tier_seconds }) => tier_seconds)).toContain(86_400);
      await rollups.run(
        'delete from aitoys_rollup_pages where tier_seconds = 300',
        "update aitoys_rollup_pages set partials = 'damaged', cost = '' where tier_seconds in (900, 86400)"
      );
      await rebuild(false);
      expect(await pages()).not.toEqual(before);
      await rebuild(true);
      expect(await pages()).toEqual(before);
    });

    it('rebuild leaves it to the proxy that builds them', async () => {
      await fill();
      await rollups.run('delete from ai_metrics where id = 2');
      const said: string[] = [];
      const done = rebuild(true, { write: (text) => said.push(text) });
      const rules = { auditEveryMs: 3_600_000, keepBefore: () => null };
      let audited = 0;
      while (audited < 2) {
        audited += (await auditOnce(rollups.work, rules, never)) === null ? 0 : 1;
        await pause(5);
      }
      expect(await done).toBe('2 blocks were built anew\n');
      expect(said[0]).toBe('A proxy builds the rollups: it does it, beside its other work …\n');
      expect([await rollups.requestsIn('1m'), await rollups.requestsIn('1d')]).toEqual([2, 1]);
    });

    it('rebuild needs rollups', async () => {
      await expect(rebuild(false)).rejects.toThrow('There are no rollups yet: a proxy that runs builds them');
    });

    it('runs as a program, and says what is missing', async () => {
      const empty = await emptyDatabase(engine);
      const settings = { DATABASE_URL: empty.url };
      try {
        await runScript('schema', ['--apply'], settings);
        expect(await runScript('rollups', ['status'], settings)).toEqual({
          code: 1,
          stdout: '',
          stderr: "The proxy's own tables are missing or out of date: run npm run migrate\n",
        });
        await runScript('migrate', [], settings);
        expect(await runScript('rollups', ['verify'], settings)).toEqual({
          code: 0,
          stdout: 'There are no rollups yet\n',
          stderr: '',
        });
        expect(await runScript('rollups', ['status'], { ...settings, METRICS_ID_ORDER: 'none' })).toEqual({
          code: 1,
          stdout: '',
          stderr: 'Rollups are off: METRICS_ID_ORDER is none\n',
        });
      } finally {
        await empty.close();
      }
    });
  },
  ['mysql', 'mariadb']
);

describe('npm run rollups', () => {
  it.each([
    [[], 'npm run rollups -- status'],
    [['status', 'now'], 'npm run rollups -- status'],
    [['verify', '--all'], '--all: is nothing that verify takes\n'],
    [['rebuild', '--bogus'], "'--bogus'"],
  ])('refuses %j', async (args, said) => {
    const { code, stdout, stderr } = await runScript('rollups', args, {});
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(said)]);
  });
});
