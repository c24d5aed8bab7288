import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readMetricsSource } from '../../src/database/metrics-source.ts';
import { parseDecimal } from '../../src/partials/decimal.ts';
import { sketchBucket, zeroBucket } from '../../src/partials/sketch.ts';
import { endOfBlock, type IdRange, readCalls, readChecksum, readMaxId } from '../../src/rollups/read-calls.ts';
import type { Call } from '../query/open-metrics.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type OpenMetrics, openMetrics } from '../query/open-metrics.ts';
import { cellsOf } from './open-rollups.ts';

const { signal } = new AbortController();
const unit = 10n ** 18n;

describeOnEngines(
  'readCalls',
  (engine) => {
    let table: OpenMetrics;

    beforeEach(async () => {
      table = await openMetrics(engine);
    });
    afterEach(() => table.close());

    const source = () => readMetricsSource(table.database, 'UTC');
    const read = async (range: Partial<IdRange> = {}) =>
      readCalls(table.database, await source(), { afterId: null, toId: 2n ** 64n - 1n, ...range }, signal);
    const checksum = async (range: Partial<IdRange> = {}) =>
      readChecksum(table.database, await source(), { afterId: null, toId: 2n ** 64n - 1n, ...range }, signal);

    it('puts calls together by minute, provider and model', async () => {
      await table.insert([
        {
          provider: 'a',
          model_name: 'm',
          start_time: '2026-05-01 12:00:00.000',
          end_time: '2026-05-01 12:00:05.000',
          total_time: 1000,
          cost: '0.5',
          total_tokens: 30,
          prompt_tokens: 20,
          completion_tokens: 10,
        },
        { provider: 'a', model_name: 'm', start_time: '2026-05-01 12:00:59.999', total_time: 0, cost: '-0.25' },
        { provider: 'a', model_name: 'm', start_time: '2026-05-01 12:01:00.000' },
      ]);
      const content = await read();
      expect(content.calls).toBe(3);
      expect(content.checksum).toBe((await checksum()).checksum);
      expect(Object.keys(cellsOf(content)).sort()).toEqual(['a/m 2026-05-01T12:00', 'a/m 2026-05-01T12:01']);
      expect(cellsOf(content)['a/m 2026-05-01T12:00']).toEqual({
        values: {
          requests: 2n,
          costRequests: 2n,
          costSum: unit / 4n,
          costMax: unit / 2n,
          costMin: unit / 2n,
          costRankedRequests: 1n,
          tokenCostRequests: 1n,
          tokenCostSum: unit / 2n,
          costTokensSum: 30n,
          tokensRequests: 1n,
          tokensSum: 30n,
          promptRequests: 1n,
          promptSum: 20n,
          completionRequests: 1n,
          completionSum: 10n,
          pairedRequests: 1n,
          pairedPromptSum: 20n,
          pairedCompletionSum: 10n,
          latencyRequests: 2n,
          latencySum: 1000n * unit,
          latencyMin: 0n,
          latencyMax: 1000n * unit,
          latencyMissing: 0n,
          speedRequests: 1n,
          speedCompletionSum: 10n,
          speedTimeSum: 1000n * unit,
          zeroOutput: 0n,
          unfinished: 1n,
          unpriced: 0n,
          tokenSumRequests: 1n,
          tokenMismatch: 0n,
          durationRequests: 1n,
          durationMismatch: 1n,
          firstSeen: BigInt(Date.parse('2026-05-01T12:00:00.000Z')),
          lastSeen: BigInt(Date.parse('2026-05-01T12:00:59.999Z')),
        },
        latency: [zeroBucket, 1, sketchBucket(1000), 1],
        cost: [sketchBucket(0.5), 1],
      });
    });

    it('tells NULL, empty text, case and trailing spaces apart', async () => {
      const names = [null, '', 'gpt-4', 'GPT-4', 'gpt-4 '];
      await table.insert(names.flatMap((name) => [{ provider: name }, { provider: 'a', model_name: name }]));
      expect(Object.keys(cellsOf(await read())).sort()).toEqual(
        names.flatMap((name) => [`${name ?? '∅'}/∅ 2026-05-01T12:00`, `a/${name ?? '∅'} 2026-05-01T12:00`]).sort()
      );
    });

    it('reads calls of any time, and only counts those without one that can be read', async () => {
      await table.insert([{ start_time: '1969-12-31 23:59:30' }, { start_time: '1000-01-01 00:00:01' }]);
      await table.run("insert ignore into ai_metrics (start_time) values ('0000-00-00 00:00:00')");
      const content = await read();
      expect(content.calls).toBe(3);
      expect(content.checksum).toBe((await checksum()).checksum);
      expect(Object.keys(cellsOf(content)).sort()).toEqual(['∅/∅ 1000-01-01T00:00', '∅/∅ 1969-12-31T23:59']);
    });

    it('reads ids up to the greatest', async () => {
      const last = 2n ** 64n - 1n;
      for (const id of [last - 2n, last - 1n, last]) {
        await table.run(`insert into ai_metrics (id, start_time) values (${String(id)}, '2026-05-01 12:00:00')`);
      }
      expect(await readMaxId(table.database, signal)).toBe(last);
      expect(await endOfBlock(table.database, null, 2, signal)).toBe(last - 1n);
      expect(await endOfBlock(table.database, last - 1n, 2, signal)).toBe(null);
      expect((await read({ afterId: last - 2n, toId: last - 1n })).calls).toBe(1);
      expect((await checksum({ afterId: last - 3n, toId: last })).calls).toBe(3);
    });

    it('reads negative ids of a signed column', async () => {
      await table.run('alter table ai_metrics modify id bigint not null');
      await table.run(
        "insert into ai_metrics (id, start_time) values (-5, '2026-05-01 12:00:00'), (3, '2026-05-01 12:00:00')"
      );
      expect((await read({ toId: -1n })).calls).toBe(1);
      expect((await read({ afterId: -5n, toId: 3n })).calls).toBe(1);
    });

    it('knows nothing of an empty table', async () => {
      expect(await readMaxId(table.database, signal)).toBe(null);
      expect(await checksum()).toEqual({ calls: 0, checksum: 0n });
      expect(await read()).toEqual({ groups: new Map(), calls: 0, checksum: 0n });
    });

    it.each(['double', 'float', 'decimal(38,20)'])('reads costs of %s as questions do', async (type) => {
      await table.run(`alter table ai_metrics modify cost ${type} null`);
      const costs = Array.from({ length: 300 }, (_, index) => Math.exp(((index * 7919) % 601) / 10 - 30) / 3);
      await table.insert(costs.map((cost, index) => ({ cost, model_name: String(index) })));
      const rows = await table.database.kysely
        .selectFrom('ai_metrics')
        .select([
          'model_name',
          sql<string | number>`sum(cost)`.as('sum'),
          sql<string | number>`max(cost * 1)`.as('max'),
        ])
        .groupBy('model_name')
        .execute();
      const cells = cellsOf(await read());
      expect(
        rows
          .map(({ model_name: name }) => cells[`∅/${String(name)} 2026-05-01T12:00`]?.values)
          .map((values) => [values?.costSum, values?.costMax])
      ).toEqual(rows.map(({ sum, max }) => [parseDecimal(sum, 18), parseDecimal(max, 18)]));
      expect(rows).toHaveLength(300);
    });

    it('reads many calls piece by piece', async () => {
      await table.run(
        "insert into ai_metrics (provider, start_time, total_time, cost) values ('a', '2026-05-01 12:00:00', 7, 0.00000001)"
      );
      for (let doubled = 1; doubled < 131_072; doubled *= 2) {
        await table.run(
          'insert into ai_metrics (provider, start_time, total_time, cost) select provider, start_time, total_time, cost from ai_metrics'
        );
      }
      const content = await read();
      expect(content.calls).toBe(131_072);
      expect(content.checksum).toBe((await checksum()).checksum);
      const cell = cellsOf(content)['a/∅ 2026-05-01T12:00'];
      expect(cell?.values).toMatchObject({
        requests: 131_072n,
        latencySum: 7n * 131_072n * unit,
        costSum: 131_072n * 10n ** 10n,
      });
      expect(cell?.latency).toEqual([sketchBucket(7), 131_072]);
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines(
  'readChecksum',
  (engine) => {
    const call: Call = {
      provider: 'a',
      model_name: 'm',
      start_time: '2026-05-01 12:00:00.000',
      end_time: '2026-05-01 12:00:01.000',
      total_time: 1000,
      cost: '0.5',
      total_tokens: 30,
      prompt_tokens: 20,
      completion_tokens: 10,
    };
    const text = "update ai_metrics set model_name = '' where id = 1";

    it.each([
      ['a start_time', "update ai_metrics set start_time = '2026-05-01 12:00:00.001' where id = 1"],
      ['an end_time', 'update ai_metrics set end_time = null where id = 1'],
      ['the case of a provider', "update ai_metrics set provider = 'A' where id = 1"],
      ['a model', "update ai_metrics set model_name = 'm ' where id = 1"],
      ['a model to NULL', 'update ai_metrics set model_name = null where id = 1', text],
      ['a duration', 'update ai_metrics set total_time = 1001 where id = 1'],
      ['a cost', 'update ai_metrics set cost = 0.50000001 where id = 1'],
      ['tokens', 'update ai_metrics set total_tokens = 0 where id = 1'],
      ['prompt tokens to NULL', 'update ai_metrics set prompt_tokens = null where id = 1'],
      ['completion tokens', 'update ai_metrics set completion_tokens = 11 where id = 1'],
      ['an id', 'update ai_metrics set id = 7 where id = 1'],
      ['which call has which cost', 'update ai_metrics set cost = if(id = 1, 0.7, 0.5)'],
      ['a row away', 'delete from ai_metrics where id = 1'],
    ])('changes with %s', async (_, change, before = 'select 1') => {
      const table = await openMetrics(engine);
      try {
        await table.insert([
          { ...call, id: 1 },
          { ...call, id: 2, cost: '0.7' },
        ]);
        await table.run(before);
        const source = await readMetricsSource(table.database, 'UTC');
        const range = { afterId: null, toId: 10n };
        const unchanged = await readChecksum(table.database, source, range, signal);
        expect(await readChecksum(table.database, source, range, signal)).toEqual(unchanged);
        await table.run(change);
        expect((await readChecksum(table.database, source, range, signal)).checksum).not.toBe(unchanged.checksum);
      } finally {
        await table.close();
      }
    });
  },
  ['mysql', 'mariadb']
);
