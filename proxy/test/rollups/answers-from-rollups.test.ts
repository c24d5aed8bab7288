import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { createRollupReader } from '../../src/rollups/read-rollups.ts';
import { createRollupCache } from '../../src/rollups/rollup-cache.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type OpenRollups, openRollups } from './open-rollups.ts';

const threeDays = { from: '2026-05-01T00:00Z', to: '2026-05-04T00:00Z' };
const byModel: Partial<QueryInput> = {
  kind: 'summary',
  metrics: ['requests', 'cost', 'latency_p95'],
  groupBy: ['model_name'],
};

const hourly: Partial<QueryInput> = {
  kind: 'timeseries',
  metrics: ['requests', 'slow_ratio'],
  groupBy: ['model_name'],
  interval: '1h',
};

const call = (id: number, day: number, model_name: string, cost: string, total_time: number) => ({
  id,
  start_time: `2026-05-0${String(day)} 12:00:00`,
  provider: 'p',
  model_name,
  cost,
  total_time,
});

describeOnEngines(
  'answerQuery with rollups',
  (engine) => {
    let rollups: OpenRollups;
    let lookUps: string[];
    beforeEach(async () => {
      rollups = await openRollups(engine);
      lookUps = [];
      rollups.table.useRollups(
        createRollupReader(rollups.state.database, {
          cache: createRollupCache(2 ** 20),
          onLookUp: (what, hit) => {
            lookUps.push(`${what} ${hit ? 'found' : 'missing'}`);
          },
        })
      );
      await rollups.table.insert([
        call(1, 1, 'a', '0.1', 100),
        call(2, 2, 'a', '0.2', 100),
        call(3, 2, 'b', '0.00000001', 7),
        call(4, 3, 'b', '1', 7),
      ] as never);
    });
    afterEach(async () => {
      await rollups.close();
    });

    const ask = () => rollups.table.rows(byModel, threeDays);
    const executed = async () =>
      JSON.parse((await rollups.table.answer(byModel, threeDays)).executedQuery) as {
        segments: { source: string }[];
        rollups?: { watermark: string | null };
      };

    it('reads rows as long as there is nothing else, and says so', async () => {
      const { kysely } = rollups.state.database;
      await kysely.deleteFrom('aitoys_rollups').execute();
      expect(await ask()).toEqual([
        { model_name: 'a', requests: 2, cost: 0.3, latency_p95: 100 },
        { model_name: 'b', requests: 2, cost: 1.00000001, latency_p95: 7 },
      ]);
      expect(await executed()).toMatchObject({ segments: [{ source: 'raw' }] });
    });

    describe.each(['open', 'sealed'])('of which a part is in a block that is %s', (kind) => {
      beforeEach(async () => {
        await rollups.append(3n);
        if (kind === 'sealed') {
          await rollups.writer.seal();
        }
      });

      it('puts rollups and rows together', async () => {
        expect(await ask()).toEqual([
          { model_name: 'a', requests: 2, cost: 0.3, latency_p95: 100 },
          { model_name: 'b', requests: 2, cost: 1.00000001, latency_p95: 7 },
        ]);
        expect(await executed()).toMatchObject({
          segments: [{ source: 'rollup', tier: '1d' }, { source: 'tail' }],
          rollups: { watermark: '3' },
        });
      });

      it('has calls that come later at once, also those of a time long past', async () => {
        await ask();
        await rollups.table.insert([call(5, 1, 'c', '5', 1)] as never);
        expect(await ask()).toContainEqual({ model_name: 'c', requests: 1, cost: 5, latency_p95: 1 });
        await rollups.append(5n);
        expect(await ask()).toContainEqual({ model_name: 'c', requests: 1, cost: 5, latency_p95: 1 });
      });

      it('has calls that were changed above the watermark as they are', async () => {
        await ask();
        await rollups.table.run('update ai_metrics set cost = 2, model_name = null where id = 4');
        expect(await ask()).toContainEqual({ model_name: '(none)', requests: 1, cost: 2, latency_p95: 7 });
      });

      it('has what was changed below the watermark once the block was built anew', async () => {
        const before = await ask();
        await rollups.table.run('delete from ai_metrics where id = 1', 'update ai_metrics set cost = 9 where id = 2');
        expect(await ask()).toEqual(before);
        const [block] = await rollups.state.database.kysely.selectFrom('aitoys_rollup_blocks').select('id').execute();
        const content = await rollups.read({ afterId: null, toId: 3n });
        await rollups.writer.replace(Number(String(block?.id)), content, null, 1_780_000_000_000);
        expect(await ask()).toContainEqual({ model_name: 'a', requests: 1, cost: 9, latency_p95: 100 });
      });

      it('reads and adds up pages once, until they change', async () => {
        await ask();
        lookUps = [];
        await ask();
        expect(new Set(lookUps)).toEqual(new Set(['pages found', 'partials found']));
        await rollups.table.insert([call(5, 1, 'c', '5', 1)] as never);
        await rollups.append(5n);
        await rollups.writer.seal();
        lookUps = [];
        await ask();
        expect(lookUps).toEqual(expect.arrayContaining(['pages missing', 'partials missing']));
      });

      it.each(['1h', 'month'] as const)(
        'finds what it added up when the range ends some seconds later: %s',
        async (interval) => {
          const question = { ...hourly, interval };
          await rollups.table.rows(question, { ...threeDays, to: '2026-05-03T12:00:10Z' });
          lookUps = [];
          const later = { ...threeDays, to: '2026-05-03T12:00:20Z' };
          const found = await rollups.table.rows(question, later);
          expect(new Set(lookUps)).toEqual(new Set(['pages found', 'partials found']));
          rollups.table.useRollups(null);
          expect(found).toEqual(await rollups.table.rows(question, later));
        }
      );

      it('keeps what it added up for a question apart from that of others which differ in one thing', async () => {
        const questions: [Partial<QueryInput>, Partial<typeof threeDays>?][] = [
          [{}],
          [{ filters: [{ key: 'model_name', operator: '=', values: ['a'] }] }],
          [{ metrics: ['requests', 'slow_ratio', 'cost'] }],
          [{ metrics: ['requests', 'slow_ratio', 'latency_p95'] }],
          [{ parameters: { slowMs: 50 } }],
          [{ groupBy: [] }],
          [{ groupBy: ['provider'] }],
          [{ groupBy: ['provider', 'model_name'] }],
          [{ groupBy: ['model_name', 'provider'] }],
          [{ interval: '6h' }],
          [{ interval: 'day' }],
          [{ interval: 'day', timezone: 'Asia/Shanghai' }],
          [{ groupBy: ['hour_of_day'] }],
          [{ groupBy: ['hour_of_day'], timezone: 'Asia/Shanghai' }],
          [{ groupBy: ['day_of_week'] }],
          [{ compare: 'day' }],
          [{ compare: 'week' }],
          [{}, { to: '2026-05-03T00:00Z' }],
          [{}, { from: '2026-05-02T00:00Z' }],
        ];
        const askAll = async () => {
          const answers: unknown[] = [];
          for (const [changed, range = {}] of questions) {
            answers.push(await rollups.table.rows({ ...hourly, ...changed }, { ...threeDays, ...range }));
          }
          return answers;
        };
        const found = [await askAll(), await askAll()];
        expect(lookUps).toContain('partials found');
        rollups.table.useRollups(
          createRollupReader(rollups.state.database, { cache: null, onLookUp: () => undefined })
        );
        const right = await askAll();
        expect(found).toEqual([right, right]);
      });

      it('finds the values of a dimension in both', async () => {
        const { values } = await rollups.table.dimensionValues({ dimension: 'model_name' }, threeDays);
        expect(values).toEqual(['a', 'b']);
      });
    });
  },
  ['mysql', 'mariadb']
);
