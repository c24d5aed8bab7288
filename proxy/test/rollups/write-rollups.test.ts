import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseDecimal } from '../../src/partials/decimal.ts';
import { sketchBucket } from '../../src/partials/sketch.ts';
import { LeaseLostError, releaseLease, takeLease } from '../../src/rollups/lease.ts';
import { readBlocks, readState } from '../../src/rollups/state.ts';
import { tiers } from '../../src/rollups/tiers.ts';
import type { Call } from '../query/open-metrics.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { cellsOf, openRollups, type OpenRollups, stored } from './open-rollups.ts';

const at = (start_time: string, more: Call = {}): Call => ({
  provider: 'a',
  model_name: 'm',
  start_time: `2026-${start_time}`,
  total_time: 100,
  cost: '1',
  ...more,
});

/** Calls over four days and some a year ago, of five groups, with every value missing at times. */
function variedCalls(count: number): Call[] {
  let seed = 42;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const maybe = <Value>(value: Value) => (random(7) === 0 ? null : value);
  return Array.from({ length: count }, (_, index) => {
    const start = Date.UTC(random(20) === 0 ? 2025 : 2026, 4, 1) + random(4 * 86_400_000);
    return {
      id: 10 * (index + 1),
      provider: maybe(`p${random(2)}`),
      model_name: `m${random(2)}`,
      start_time: new Date(start).toISOString().slice(0, 23),
      end_time: maybe(new Date(start + random(9000)).toISOString().slice(0, 23)),
      total_time: maybe(random(9000)),
      cost: maybe(((random(1_000_000) - 100_000) / 1e6).toFixed(8)),
      total_tokens: maybe(random(900)),
      prompt_tokens: maybe(random(500)),
      completion_tokens: maybe(random(400)),
    };
  });
}

describeOnEngines(
  'a RollupWriter',
  (engine) => {
    let rollups: OpenRollups;

    beforeEach(async () => {
      rollups = await openRollups(engine);
    });
    afterEach(() => rollups.close());

    const everyTier = async () =>
      Object.fromEntries(await Promise.all(tiers.map(async ({ name }) => [name, await rollups.cells(name)] as const)));
    const days = async () =>
      (await rollups.state.database.kysely.selectFrom('aitoys_rollup_days').selectAll().orderBy('day').execute()).map(
        ({ day, generation }) => [Number(String(day)), Number(String(generation))]
      );

    it('appends to one open block, whose calls are in the base tier only', async () => {
      await rollups.table.insert([at('05-01 12:00:00', { id: 1 }), at('05-01 12:00:01', { id: 5 })]);
      await rollups.append(3n);
      await rollups.append(5n);
      expect(await readState(rollups.state.database)).toMatchObject({ watermark: 5n, openBlock: 1, generation: 3 });
      expect(await readBlocks(rollups.state.database)).toMatchObject([{ id: 1, afterId: null, toId: 5n, calls: 2 }]);
      const { '1m': base, ...coarser } = await everyTier();
      expect(base).toEqual(cellsOf(await rollups.read({ afterId: null, toId: 5n })));
      expect(coarser).toEqual({ '5m': {}, '15m': {}, '1h': {}, '1d': {} });
      expect(await days()).toEqual([]);
    });

    it('has the same of calls that were appended in two parts, and knows their checksum', async () => {
      await rollups.table.insert(variedCalls(1500));
      await rollups.append(4000n);
      await rollups.append(15_000n);
      const [block] = await readBlocks(rollups.state.database);
      const { calls, checksum } = await rollups.read({ afterId: null, toId: 15_000n });
      expect([block?.calls, block?.checksum]).toEqual([calls, checksum]);
      await rollups.writer.seal();
      const inParts = await everyTier();
      await rollups.writer.reset();
      await rollups.append(15_000n);
      await rollups.writer.seal();
      expect(await everyTier()).toEqual(inParts);
    });

    it('has in every tier what the rows have, whatever block they are in', async () => {
      await rollups.table.insert(variedCalls(1500));
      for (const toId of [5000n, 5100n, 15_000n]) {
        await rollups.append(toId);
        await rollups.writer.seal();
      }
      for (const { name, seconds } of tiers.slice(1)) {
        const cells = await rollups.cells(name);
        const { kysely } = rollups.table.database;
        const cell = sql<string | number>`(to_seconds(start_time) - 62167219200) div ${seconds} * ${seconds}`;
        const rows = await kysely
          .selectFrom('ai_metrics')
          .select(({ fn }) => [
            'provider',
            'model_name',
            cell.as('cell'),
            fn.countAll<string>().as('requests'),
            fn.sum<string | null>('cost').as('cost'),
            fn.sum<string | null>('total_tokens').as('tokens'),
            fn.max('total_time').as('slowest'),
            sql<string | null>`group_concat(total_time)`.as('durations'),
          ])
          .groupBy(['provider', 'model_name', 'cell'])
          .execute();
        const found = rows.map((row) => {
          const start = new Date(Number(row.cell) * 1000).toISOString().slice(0, 16);
          return cells[`${row.provider ?? '∅'}/${row.model_name ?? '∅'} ${start}`];
        });
        expect(
          found.map((one) => [
            one?.values.requests,
            one?.values.costSum,
            one?.values.tokensSum,
            one?.values.latencyMax,
            one?.latency,
          ])
        ).toEqual(
          rows.map(({ requests, cost, tokens, slowest, durations }) => [
            BigInt(requests),
            cost === null ? null : parseDecimal(cost, 18),
            tokens === null ? null : BigInt(tokens),
            slowest === null ? null : parseDecimal(slowest, 18),
            pairsOf(durations ?? ''),
          ])
        );
        expect(Object.keys(cells)).toHaveLength(rows.length);
      }
    });

    it('refuses calls that do not follow upon the watermark, so that none counts twice', async () => {
      await rollups.table.insert([at('05-01 12:00:00', { id: 1 })]);
      const content = await rollups.read({ afterId: null, toId: 1n });
      await rollups.writer.append(content, { afterId: null, toId: 1n });
      const before = await rollups.everything();
      await expect(rollups.writer.append(content, { afterId: null, toId: 1n })).rejects.toThrow(RangeError);
      await expect(rollups.writer.append(content, { afterId: 1n, toId: 1n })).rejects.toThrow(RangeError);
      expect(await rollups.everything()).toEqual(before);
    });

    it('says which days a sealed block changed', async () => {
      await rollups.table.insert([at('05-01 23:59:59', { id: 1 }), at('05-03 00:00:00', { id: 2 })]);
      await rollups.append(2n);
      await rollups.writer.seal();
      const day = Date.UTC(2026, 4, 1) / 86_400_000;
      expect(await days()).toEqual([
        [day, 3],
        [day + 2, 3],
      ]);
      const before = await rollups.everything();
      await rollups.writer.seal();
      expect(await rollups.everything()).toEqual(before);
    });

    it('puts what was read anew in the place of a block, in every tier', async () => {
      await rollups.table.insert([
        at('05-01 12:00:00', { id: 1 }),
        at('05-01 12:00:01', { id: 2 }),
        at('05-02 12:00:00', { id: 3 }),
        at('05-03 12:00:00', { id: 4 }),
        at('05-01 12:00:02', { id: 5 }),
      ]);
      await rollups.append(4n);
      await rollups.writer.seal();
      await rollups.append(5n);
      await rollups.writer.seal();
      await rollups.table.run(
        'delete from ai_metrics where id = 1',
        "update ai_metrics set provider = 'b', cost = -3 where id = 3"
      );
      await rollups.writer.replace(1, await rollups.read({ afterId: null, toId: 4n }), null, 1_780_000_000_000);
      const changed = await everyTier();
      const day = Date.UTC(2026, 4, 1) / 86_400_000;
      expect(await days()).toEqual([
        [day, 6],
        [day + 1, 6],
        [day + 2, 3],
      ]);
      expect(
        Object.entries(changed['1d'] ?? {}).map(([name, { values }]) => [name, values.requests, values.costSum])
      ).toEqual([
        ['a/m 2026-05-01T00:00', 2n, 2n * 10n ** 18n],
        ['b/m 2026-05-02T00:00', 1n, -3n * 10n ** 18n],
        ['a/m 2026-05-03T00:00', 1n, 10n ** 18n],
      ]);
      await rollups.writer.reset();
      await rollups.append(5n);
      await rollups.writer.seal();
      expect(await everyTier()).toEqual({ ...changed, '1m': expect.anything() as unknown });
    });

    it('has the same after a replacement by the same, and after one by nothing and back', async () => {
      await rollups.table.insert(variedCalls(600));
      await rollups.append(2000n);
      await rollups.writer.seal();
      await rollups.append(6000n);
      await rollups.writer.seal();
      const before = await everyTier();
      const daysBefore = await days();
      const content = await rollups.read({ afterId: 2000n, toId: 6000n });
      await rollups.writer.replace(2, content, null, 1_780_000_000_000);
      expect(await everyTier()).toEqual(before);
      expect(await days()).toEqual(daysBefore);
      await rollups.writer.replace(2, { ...content, groups: new Map() }, null, 1_780_000_000_000);
      expect(Object.keys((await everyTier())['5m'] ?? {}).length).toBeLessThan(Object.keys(before['5m'] ?? {}).length);
      await rollups.writer.replace(2, content, null, 1_780_000_000_000);
      expect(await everyTier()).toEqual(before);
    });

    it('leaves other tiers and days alone when it replaces the open block', async () => {
      await rollups.table.insert([at('05-01 12:00:00', { id: 1 }), at('05-01 12:00:00', { id: 2 })]);
      await rollups.append(1n);
      await rollups.writer.seal();
      await rollups.append(2n);
      const { '1m': _, ...before } = await everyTier();
      const daysBefore = await days();
      await rollups.table.run('update ai_metrics set cost = 9');
      await rollups.writer.replace(2, await rollups.read({ afterId: 1n, toId: 2n }), null, 1_780_000_000_000);
      const { '1m': base, ...after } = await everyTier();
      expect(after).toEqual(before);
      expect(await days()).toEqual(daysBefore);
      expect(base?.['a/m 2026-05-01T12:00']).toBeDefined();
      expect((await rollups.cells('1m', 2))['a/m 2026-05-01T12:00']?.values.costSum).toBe(9n * 10n ** 18n);
      await rollups.writer.seal();
      expect((await rollups.cells('1d'))['a/m 2026-05-01T00:00']?.values.costSum).toBe(10n * 10n ** 18n);
    });

    it('keeps cells before a time as they are, in every tier', async () => {
      await rollups.table.insert([
        at('05-01 12:00:00', { id: 1 }),
        at('05-01 12:29:59', { id: 2 }),
        at('05-01 12:30:00', { id: 3 }),
        at('05-01 12:45:00', { id: 4 }),
      ]);
      await rollups.append(4n);
      await rollups.writer.seal();
      await rollups.table.run(
        'delete from ai_metrics where id in (1, 3)',
        'update ai_metrics set cost = 7 where id = 2',
        "update ai_metrics set start_time = '2026-05-01 11:00:00' where id = 4"
      );
      const content = await rollups.read({ afterId: null, toId: 4n });
      await rollups.writer.replace(1, content, stored('2026-05-01T12:30'), 1_780_000_000_000);
      const counts = async (tier: '1m' | '1h') =>
        Object.entries(await rollups.cells(tier)).map(([name, { values }]) => [name, values.requests, values.costSum]);
      expect(await counts('1m')).toEqual([
        ['a/m 2026-05-01T12:00', 1n, 10n ** 18n],
        ['a/m 2026-05-01T12:29', 1n, 10n ** 18n],
      ]);
      expect(await counts('1h')).toEqual([['a/m 2026-05-01T12:00', 2n, 2n * 10n ** 18n]]);
      const [block] = await readBlocks(rollups.state.database);
      expect([block?.calls, block?.checksum]).toEqual([content.calls, content.checksum]);
    });

    it('notes audits, and since when all blocks are as their calls', async () => {
      await rollups.table.insert([at('05-01 12:00:00', { id: 1 })]);
      await rollups.append(1n);
      await rollups.writer.seal();
      await rollups.append(2n);
      await rollups.state.run('update aitoys_rollup_blocks set audited_at = 1000 * id, audit_due_at = 0');
      await rollups.writer.audited([1], 1_780_000_000_000, ({ toId }) => Number(toId) + 70);
      const [first, second] = await readBlocks(rollups.state.database);
      expect([first?.auditDueAt, second?.auditDueAt]).toEqual([71, 0]);
      expect(first?.auditedAt).toBe(1_780_000_000_000);
      expect(await readState(rollups.state.database)).toMatchObject({ auditedAt: 2000, generation: 4 });
    });

    it('refuses every write once another has the lease', async () => {
      await rollups.table.insert([at('05-01 12:00:00', { id: 1 })]);
      await rollups.append(1n);
      const content = await rollups.read({ afterId: null, toId: 1n });
      await releaseLease(rollups.state.database, rollups.lease);
      expect(await takeLease(rollups.state.database, 'second')).toEqual({ token: 2, holder: 'second' });
      const before = await rollups.everything();
      for (const write of [
        () => rollups.writer.reset(),
        () => rollups.writer.append(content, { afterId: 1n, toId: 2n }),
        () => rollups.writer.seal(),
        () => rollups.writer.replace(1, { ...content, calls: 0 }, null, 1_780_000_000_000),
        () => rollups.writer.audited([1], 0, () => 0),
      ]) {
        await expect(write()).rejects.toThrow(LeaseLostError);
      }
      expect(await rollups.everything()).toEqual(before);
    });

    it('finds the oldest audit without reading every block', async () => {
      await rollups.append(1n);
      const explained = await sql<{
        Extra: string | null;
      }>`explain format = traditional select min(audited_at) from aitoys_rollup_blocks`.execute(
        rollups.state.database.kysely
      );
      expect(explained.rows[0]?.Extra).toBe('Select tables optimized away');
    });

    it.each([
      ['append', 'aitoys_rollups', () => rollups.append(2n)],
      ['seal', 'aitoys_rollup_days', () => rollups.writer.seal()],
      [
        'replace',
        'aitoys_rollups',
        async () => rollups.writer.replace(1, await rollups.read({ afterId: null, toId: 0n }), null, 1_780_000_000_000),
      ],
    ])('leaves all as it was where the server ends it in the middle of %s', async (_, table, write) => {
      await rollups.table.insert([at('05-01 12:00:00', { id: 1 }), at('05-02 12:00:00', { id: 2 })]);
      await rollups.append(1n);
      const before = await rollups.everything();
      const ended = await rollups.state.database.kysely.transaction().execute(async (transaction) => {
        // The writer waits for what this transaction holds, after it has written other things.
        await sql`select * from ${sql.table(table)} for update`.execute(transaction);
        const result = write().then(
          () => 'written',
          () => 'failed'
        );
        await killWaiting(rollups, table);
        return result;
      });
      expect(ended).toBe('failed');
      expect(await rollups.everything()).toEqual(before);
      await write();
      expect(await rollups.everything()).not.toEqual(before);
    });

    it('has groups whose names differ by case or are missing', async () => {
      const names = [null, '', 'gpt-4', 'GPT-4', 'gpt-4 '];
      await rollups.table.insert(names.map((model_name, index) => at('05-01 12:00:00', { id: index + 1, model_name })));
      await rollups.append(5n);
      await rollups.writer.seal();
      expect(Object.keys(await rollups.cells('1d')).sort()).toEqual(
        names.map((name) => `a/${name ?? '∅'} 2026-05-01T00:00`).sort()
      );
    });
  },
  ['mysql', 'mariadb']
);

function pairsOf(durations: string): number[] {
  const counts = new Map<number, number>();
  for (const duration of durations === '' ? [] : durations.split(',').map(Number)) {
    const bucket = sketchBucket(duration);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b).flat();
}

/** Ends the connection whose statement about `table` waits for another, as soon as there is one. */
async function killWaiting({ state: { database } }: OpenRollups, table: string): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ Id: unknown; Info: unknown; db: unknown }>`show full processlist`.execute(
      database.kysely
    );
    const { rows: names } = await sql<{ name: string }>`select database() as name`.execute(database.kysely);
    const waiting = rows.find(
      ({ Info, db }) => db === names[0]?.name && new RegExp(`^(update|insert into) \`${table}\``).test(String(Info))
    );
    if (waiting !== undefined) {
      await sql`kill ${Number(waiting.Id)}`.execute(database.kysely);
      return;
    }
  }
}
