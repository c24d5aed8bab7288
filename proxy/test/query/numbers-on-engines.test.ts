import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';

describeOnEngines('answerQuery about numbers', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      { provider: 'a', total_time: 0, cost: '0', total_tokens: 0, prompt_tokens: 1, completion_tokens: 10 },
      { provider: 'b', total_time: 100, cost: '0.1', total_tokens: 5, prompt_tokens: 2, completion_tokens: 20 },
      { provider: 'c', total_time: 1000, cost: '0.3', total_tokens: 7, prompt_tokens: 3, completion_tokens: 30 },
      {
        provider: 'd',
        total_time: 4_294_967_295,
        cost: '12.5',
        total_tokens: 4_294_967_295,
        prompt_tokens: 4,
        completion_tokens: 40,
      },
      { provider: 'e' },
    ]);
  });
  afterAll(async () => {
    await table.close();
  });

  const found = async (key: string, operator: string, value: number | string) => {
    const filters = [{ key, operator, values: [value] }] as never;
    const rows = await table.rows({ kind: 'summary', groupBy: ['provider'], filters });
    return rows.map((row) => row['provider']).join('');
  };

  it.each([
    ['total_time', '=', 100, 'b'],
    ['total_time', '!=', 100, 'acd'],
    ['total_time', '>', 100, 'cd'],
    ['total_time', '>=', 100, 'bcd'],
    ['total_time', '<', 100, 'a'],
    ['total_time', '<=', 100, 'ab'],
    ['total_time', '>', -1, 'abcd'],
    ['total_time', '>', 99.5, 'bcd'],
    ['total_time', '=', 99.5, ''],
    ['total_time', '>=', 4_294_967_295, 'd'],
    ['total_time', '<', 1e300, 'abcd'],
    ['total_time', '>', -1e300, 'abcd'],
    ['total_time', '<', 1e-300, 'a'],
    ['total_time', '=', '1e3', 'c'],
    ['cost', '=', 0.1, 'b'],
    ['cost', '=', '0.30', 'c'],
    ['cost', '!=', 0.1, 'acd'],
    ['cost', '>', 0.1, 'cd'],
    ['cost', '>=', 0.3, 'cd'],
    ['cost', '<', 0.3, 'ab'],
    ['cost', '<=', 0.3, 'abc'],
    ['total_tokens', '=', 0, 'a'],
    ['total_tokens', '>', 6, 'cd'],
    ['prompt_tokens', '<=', 2, 'ab'],
    ['completion_tokens', '!=', 30, 'abd'],
  ])('finds by %s %s %s: %s, never what is missing', async (key, operator, value, expected) => {
    expect(await found(key, operator, value)).toBe(expected);
  });

  it('wants all filters to hold', async () => {
    const filters: { key: string; operator: '>' | '!=' | 'in' | '<'; values: (string | number)[] }[] = [
      { key: 'total_time', operator: '>', values: [0] },
      { key: 'cost', operator: '<', values: [10] },
      { key: 'provider', operator: 'in', values: ['a', 'c', 'd', 'e'] },
      { key: 'total_tokens', operator: '!=', values: [5] },
    ];
    expect(await table.rows({ kind: 'summary', groupBy: ['provider'], filters })).toEqual([
      { provider: 'c', requests: 1 },
    ]);
  });

  it('adds tenths exactly', async () => {
    const filters = [{ key: 'provider', operator: 'in' as const, values: ['b', 'c'] }];
    const metrics = ['cost', 'cost_per_request', 'cost_per_1k_tokens', 'cost_per_1m_tokens', 'cost_max'];
    expect(await table.rows({ kind: 'summary', metrics, filters })).toEqual([
      {
        cost: 0.4,
        cost_per_request: 0.2,
        cost_per_1k_tokens: 400 / 12,
        cost_per_1m_tokens: 400_000 / 12,
        cost_max: 0.3,
      },
    ]);
  });

  it('holds the largest values there are (E79)', async () => {
    const filters = [{ key: 'provider', operator: '=' as const, values: ['d'] }];
    const metrics = ['latency_max', 'latency_p99', 'latency_avg', 'tokens', 'output_speed'];
    expect(await table.rows({ kind: 'summary', metrics, filters })).toEqual([
      {
        latency_max: 4_294_967_295,
        latency_p99: 4_294_967_295,
        latency_avg: 4_294_967_295,
        tokens: 4_294_967_295,
        output_speed: 40_000 / 4_294_967_295,
      },
    ]);
  });
});

describeOnEngines('answerQuery about sums', (engine) => {
  it('adds costs exactly, however many there are', async () => {
    const table = await openMetrics(engine);
    // The sum of so many float64 would be 1000.0000099999787.
    await table.insert(Array.from({ length: 1000 }, () => ({ cost: '1.00000001' })));
    expect(await table.rows({ kind: 'summary', metrics: ['cost'] })).toEqual([{ cost: 1000.000_01 }]);
    await table.close();
  });

  it('counts as unpriced the calls that have tokens and no cost, or one of 0', async () => {
    const table = await openMetrics(engine);
    await table.insert([
      { provider: 'no cost', cost: null, total_tokens: 1 },
      { provider: 'cost 0', cost: '0', total_tokens: 1 },
      { provider: 'cost', cost: '0.00000001', total_tokens: 1 },
      { provider: 'no tokens', cost: '0', total_tokens: 0 },
      { provider: 'unknown tokens', cost: '0', total_tokens: null },
    ]);
    expect(await table.rows({ kind: 'summary', metrics: ['unpriced_requests'], groupBy: ['provider'] })).toEqual([
      { provider: 'cost', unpriced_requests: 0 },
      { provider: 'cost 0', unpriced_requests: 1 },
      { provider: 'no cost', unpriced_requests: 1 },
      { provider: 'no tokens', unpriced_requests: 0 },
      { provider: 'unknown tokens', unpriced_requests: 0 },
    ]);
    await table.close();
  });

  it('compares durations to the millisecond', async () => {
    const table = await openMetrics(engine);
    const stored = (ms: number) =>
      new Date(Date.parse('2026-05-01T12:00Z') + ms).toISOString().replace('T', ' ').replace('Z', '');
    await table.insert(
      Array.from({ length: 500 }, (_, index) => ({
        provider: index % 2 === 0 ? 'exactly 1 s' : 'more',
        start_time: stored(index * 37),
        end_time: stored(index * 37 + 4000 + (index % 2)),
        total_time: 3000,
      }))
    );
    expect(
      await table.rows({ kind: 'summary', metrics: ['duration_mismatch_requests'], groupBy: ['provider'] })
    ).toEqual([
      { provider: 'exactly 1 s', duration_mismatch_requests: 0 },
      { provider: 'more', duration_mismatch_requests: 250 },
    ]);
    await table.close();
  });
});

describeOnEngines(
  'answerQuery about large sums',
  (engine) => {
    it('adds costs exactly beyond 2^53 units (E79)', async () => {
      const table = await openMetrics(engine);
      // 0.10000000 a thousand times, and 90 million in 10^-8: more than 2^53 of them. Float64 would lose the last digits.
      await table.insert([
        ...Array.from({ length: 1000 }, () => ({ provider: 'x', cost: '0.1' })),
        { provider: 'x', cost: '90071992.54740993' },
        { provider: 'x', cost: '0.00000001' },
      ]);
      expect(await table.rows({ kind: 'summary', metrics: ['cost'] })).toEqual([{ cost: 90_072_092.547_409_94 }]);
      await table.close();
    });
  },
  ['mysql', 'mariadb']
);
