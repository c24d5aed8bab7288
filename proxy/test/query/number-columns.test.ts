import { describe, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type Call, openMetrics } from './open-metrics.ts';

describeOnEngines(
  'answerQuery about columns of other types',
  (engine) => {
    const calls: Call[] = [
      { total_time: 100, cost: 0.1, total_tokens: 10, prompt_tokens: 8, completion_tokens: 2 },
      { total_time: 200, cost: 0.2, total_tokens: 20, prompt_tokens: 16, completion_tokens: 4 },
      { total_time: 400, cost: 0.3, total_tokens: 40, prompt_tokens: 32, completion_tokens: 8 },
      {},
    ];
    const metrics = ['cost', 'cost_max', 'cost_per_request', 'cost_per_1k_tokens', 'cost_p50', 'latency_avg', 'tokens'];

    const ask = async (calls: Call[], types: string, metrics: string[]) => {
      const table = await openMetrics(engine);
      try {
        await table.run(`ALTER TABLE ai_metrics ${types}`);
        await table.insert(calls);
        return await table.rows({ kind: 'summary', metrics });
      } finally {
        await table.close();
      }
    };

    it.each([
      ['DOUBLE', 1e-9],
      ['DECIMAL(30,12)', 1e-15],
      ['DECIMAL(10,2)', 1e-15],
      // FLOAT keeps seven digits of a value; sums of them are as exact as those.
      ['FLOAT', 1e-7],
      ['DOUBLE UNSIGNED', 1e-9],
    ])('adds a cost of %s', async (type, error) => {
      const [row] = await ask(calls, `MODIFY cost ${type} NULL`, metrics);
      const expected = {
        cost: 0.6,
        cost_max: 0.3,
        cost_per_request: 0.2,
        cost_per_1k_tokens: 600 / 70,
        cost_p50: 0.2,
        latency_avg: 700 / 3,
        tokens: 70,
      };
      for (const [name, value] of Object.entries(expected)) {
        const allowed = name === 'cost_p50' ? 0.01 : error;
        expect(Math.abs(Number(row?.[name]) / value - 1), name).toBeLessThan(allowed);
      }
    });

    it('says the same of the one cost there is, whichever way it is asked for', async () => {
      for (const type of ['FLOAT', 'DOUBLE', 'DECIMAL(18,8)']) {
        const metrics = ['cost', 'cost_max', 'cost_per_request'];
        const [row] = await ask([{ cost: 1234.5678 }], `MODIFY cost ${type} NULL`, metrics);
        expect(row).toEqual({ cost: row?.['cost'], cost_max: row?.['cost'], cost_per_request: row?.['cost'] });
        expect(Math.abs(Number(row?.['cost']) / 1234.5678 - 1)).toBeLessThan(1e-7);
      }
    });

    it('adds every digit of a wide DECIMAL', async () => {
      const [row] = await ask(
        [{ cost: '12345678901234567.12345678' }, { cost: '-12345678901234567.12345677' }],
        'MODIFY cost DECIMAL(38,8) NULL',
        ['cost']
      );
      expect(row).toEqual({ cost: 1e-8 });
    });

    it('leaves negative costs and durations out of percentiles, and counts them', async () => {
      const table = await openMetrics(engine);
      await table.run('ALTER TABLE ai_metrics MODIFY total_time INT NULL');
      await table.insert([
        { cost: '-5', total_time: -5 },
        { cost: '1', total_time: 100 },
        { cost: '1', total_time: 100 },
        { cost: null, total_time: null },
      ]);
      const { notices } = await table.answer({ kind: 'summary', metrics: ['cost_p50', 'latency_p50', 'cost'] });
      expect(notices.map(({ text }) => text)).toEqual([
        'Cost p50: 2 calls without a value left out.',
        'Latency p50: 2 calls without a value left out.',
        'Cost: 1 call without a value left out.',
        'Percentiles are nearest ranks, at most 1 % off.',
      ]);
      const names = ['cost_p50', 'latency_p50', 'latency_min', 'latency_avg', 'cost', 'null_latency_requests'];
      expect(await table.rows({ kind: 'summary', metrics: names })).toEqual([
        { cost_p50: 1, latency_p50: 100, latency_min: 100, latency_avg: 100, cost: -3, null_latency_requests: 1 },
      ]);
      await table.close();
    });

    describe.each(['BIGINT UNSIGNED', 'BIGINT', 'DECIMAL(20,0)', 'DOUBLE', 'MEDIUMINT UNSIGNED', 'SMALLINT'])(
      'durations and tokens of %s',
      (type) => {
        it('are added', async () => {
          const types = ['total_time', 'total_tokens', 'prompt_tokens', 'completion_tokens'].map(
            (name) => `MODIFY ${name} ${type} NULL`
          );
          const metrics = [
            'latency_avg',
            'latency_max',
            'latency_p50',
            'tokens',
            'completion_ratio',
            'output_speed',
            'token_mismatch_requests',
            'duration_mismatch_requests',
          ];
          const [row] = await ask(calls, types.join(', '), metrics);
          expect(row).toEqual({
            latency_avg: 700 / 3,
            latency_max: 400,
            latency_p50: row?.['latency_p50'],
            tokens: 70,
            completion_ratio: 0.25,
            output_speed: 20,
            token_mismatch_requests: 0,
            duration_mismatch_requests: 0,
          });
          expect(Math.abs(Number(row?.['latency_p50']) / 200 - 1)).toBeLessThan(0.01);
        });
      }
    );

    it('keeps the digits of a duration that is not whole', async () => {
      for (const type of ['DECIMAL(12,3)', 'DOUBLE', 'FLOAT']) {
        const metrics = ['latency_min', 'latency_max', 'latency_p50', 'latency_avg'];
        const [row] = await ask(
          [{ total_time: 0.25 }, { total_time: 0.25 }, { total_time: 1.25 }],
          `MODIFY total_time ${type} NULL`,
          metrics
        );
        expect(row).toEqual({ latency_min: 0.25, latency_max: 1.25, latency_p50: 0.25, latency_avg: 1.75 / 3 });
      }
    });

    it('answers about sums beyond 64 bits', async () => {
      const huge = '18446744073709551615' as never;
      const types = ['total_time', 'total_tokens', 'prompt_tokens', 'completion_tokens'].map(
        (name) => `MODIFY ${name} BIGINT UNSIGNED NULL`
      );
      const calls = [1, 2].map(() => ({
        total_time: huge,
        total_tokens: huge,
        prompt_tokens: huge,
        completion_tokens: huge,
      }));
      const metrics = ['tokens', 'latency_avg', 'output_speed', 'completion_ratio', 'token_mismatch_requests'];
      expect(await ask(calls, types.join(', '), metrics)).toEqual([
        { tokens: 2 ** 65, latency_avg: 2 ** 64, output_speed: 1000, completion_ratio: 1, token_mismatch_requests: 2 },
      ]);
    });

    it('groups and filters by numbers that stand for text', async () => {
      const table = await openMetrics(engine);
      await table.run(
        'ALTER TABLE ai_metrics MODIFY provider INT NULL, MODIFY model_name ENUM("a","A","b") COLLATE utf8mb4_bin NULL'
      );
      await table.insert([{ provider: 7 as never, model_name: 'a' }, { provider: 10 as never, model_name: 'A' }, {}]);
      expect(await table.rows({ kind: 'summary', groupBy: ['provider', 'model_name'] })).toEqual([
        { provider: '(none)', model_name: '(none)', requests: 1 },
        { provider: '10', model_name: 'A', requests: 1 },
        { provider: '7', model_name: 'a', requests: 1 },
      ]);
      for (const [operator, value, requests] of [
        ['=', '7', 1],
        ['=', '07', 0],
        ['=', '7 ', 0],
        ['=', '7x', 0],
        ['!=', '7', 2],
        ['contains', '0', 1],
        ['=', '(none)', 1],
      ] as const) {
        const filters = [{ key: 'provider', operator, values: [value] }];
        expect(await table.rows({ kind: 'summary', fill: 'zero', filters })).toEqual([{ requests }]);
      }
      await table.close();
    });
  },
  ['mysql', 'mariadb']
);
