import { afterAll, beforeAll, expect, it } from 'vitest';
import { metrics } from '../../src/query/metrics/metrics.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type Call, openMetrics, type OpenMetrics } from './open-metrics.ts';

/*
 * The calls of group x/m in the 600 s from 12:00. Of the buckets of 5 minutes the first holds A and B, the second C, D
 * and E. Rates of the summary are over 600 s, those of a bucket over 300 s; now is later.
 *
 *        start         end           total_time  cost   total prompt completion
 *  A     12:00:00.000  12:00:02.000  2000        0.10   300   200    100
 *  B     12:04:59.999  NULL          NULL        NULL   NULL  NULL   NULL
 *  C     12:05:00.000  12:05:03.001  2000        0.20   100   100    0        (end − start − total_time = 1001 ms)
 *  D     12:06:00.000  12:06:05.000  4000        0.00   50    10     50       (1000 ms, and 60 tokens, not 50)
 *  E     12:07:00.000  12:07:00.000  0           0.30   NULL  20     10
 */
const calls: Call[] = [
  {
    start_time: '2026-05-01 12:00:00.000',
    end_time: '2026-05-01 12:00:02.000',
    total_time: 2000,
    cost: '0.10000000',
    total_tokens: 300,
    prompt_tokens: 200,
    completion_tokens: 100,
  },
  {
    start_time: '2026-05-01 12:04:59.999',
    end_time: null,
    total_time: null,
    cost: null,
    total_tokens: null,
    prompt_tokens: null,
    completion_tokens: null,
  },
  {
    start_time: '2026-05-01 12:05:00.000',
    end_time: '2026-05-01 12:05:03.001',
    total_time: 2000,
    cost: '0.20000000',
    total_tokens: 100,
    prompt_tokens: 100,
    completion_tokens: 0,
  },
  {
    start_time: '2026-05-01 12:06:00.000',
    end_time: '2026-05-01 12:06:05.000',
    total_time: 4000,
    cost: '0.00000000',
    total_tokens: 50,
    prompt_tokens: 10,
    completion_tokens: 50,
  },
  {
    start_time: '2026-05-01 12:07:00.000',
    end_time: '2026-05-01 12:07:00.000',
    total_time: 0,
    cost: '0.30000000',
    total_tokens: null,
    prompt_tokens: 20,
    completion_tokens: 10,
  },
];

const range = { from: '2026-05-01T12:00:00Z', to: '2026-05-01T12:10:00Z', now: '2026-05-01T12:20:00Z' };

/** Of each metric: the summary over 600 s, then the points of 12:00 and 12:05 over 300 s each; ~ is within 1 %. */
const expected: Record<string, [summary: number | null, first?: number | null, second?: number | null]> = {
  requests: [5, 2, 3],
  request_rate: [5 / 600, 2 / 300, 3 / 300],
  cost: [0.6, 0.1, 0.5],
  cost_rate_hour: [3.6, 1.2, 6],
  cost_share: [1, 1, 1],
  cost_per_request: [0.15, 0.1, 0.5 / 3],
  // A, C and D have both: 0.3 for 450 tokens.
  cost_per_1k_tokens: [300 / 450, 100 / 300, 200 / 150],
  cost_per_1m_tokens: [300_000 / 450, 100_000 / 300, 200_000 / 150],
  cost_max: [0.3, 0.1, 0.3],
  // Of 0, 0.1, 0.2, 0.3 the second, fourth and fourth; of 0, 0.2, 0.3 the second, third and third.
  cost_p50: [0.1, 0.1, 0.2],
  cost_p95: [0.3, 0.1, 0.3],
  cost_p99: [0.3, 0.1, 0.3],
  // The call before the range is of the same month, too.
  cost_mtd: [1000.6],
  cost_forecast_month: [null],
  budget_used: [1000.6 / 2000],
  // 12 h 10 min of 31 days.
  budget_burn_rate: [(1000.6 / 2000) * ((31 * 24 * 60) / 730)],
  cost_zscore: [null],
  tokens: [450, 300, 150],
  prompt_tokens: [330, 200, 130],
  completion_tokens: [160, 100, 60],
  tokens_per_request: [150, 300, 75],
  prompt_tokens_per_request: [82.5, 200, 130 / 3],
  completion_tokens_per_request: [40, 100, 20],
  completion_ratio: [160 / 330, 0.5, 60 / 130],
  token_throughput: [0.75, 1, 0.5],
  // A and D have both above 0: 150 tokens in 6 s.
  output_speed: [25, 50, 12.5],
  time_per_output_token: [40, 20, 80],
  latency_avg: [2000, 2000, 2000],
  latency_min: [0, 2000, 0],
  latency_max: [4000, 2000, 4000],
  // 0, 2000, 2000, 4000 and 0, 2000, 4000
  latency_p50: [2000, 2000, 2000],
  latency_p75: [2000, 2000, 4000],
  latency_p90: [4000, 2000, 4000],
  latency_p95: [4000, 2000, 4000],
  latency_p99: [4000, 2000, 4000],
  // D of A, C, D and E is longer than 2000 ms.
  slow_ratio: [0.25, 0, 1 / 3],
  concurrency_avg: [8 / 600, 2 / 300, 6 / 300],
  zero_output_ratio: [0.25, 0, 1 / 3],
  unfinished_requests: [1, 1, 0],
  // D costs 0 and has tokens; B has no cost, but no tokens either.
  unpriced_requests: [1, 0, 1],
  null_latency_requests: [1, 1, 0],
  null_tokens_requests: [2, 1, 1],
  token_mismatch_requests: [1, 0, 1],
  duration_mismatch_requests: [1, 0, 1],
  first_seen: [Date.parse('2026-05-01T12:00:00Z')],
  last_seen_age: [780],
};
const approximate = /_p\d+$/;

function expectValue(name: string, found: unknown, value: number | null | undefined): void {
  if (approximate.test(name) && typeof value === 'number' && value !== 0) {
    expect(Math.abs(Number(found) / value - 1), name).toBeLessThan(0.01);
  } else if (typeof value === 'number') {
    expect([name, Number(found).toPrecision(14)]).toEqual([name, value.toPrecision(14)]);
  } else {
    expect([name, found]).toEqual([name, value]);
  }
}

describeOnEngines('answerQuery', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert(calls.map((call) => ({ provider: 'x', model_name: 'm', ...call })));
    // Another group, of a call in which everything is missing; one at the range's end and one before its start.
    await table.insert([
      { start_time: '2026-05-01 12:09:59.999', provider: '', model_name: null },
      { start_time: '2026-05-01 12:10:00.000', provider: 'x', model_name: 'm', cost: '1000', total_time: 1_000_000 },
      { start_time: '2026-05-01 11:59:59.999', provider: 'x', model_name: 'm', cost: '1000', total_time: 1_000_000 },
    ]);
  });
  afterAll(async () => {
    await table.close();
  });

  it('is tested with every metric', () => {
    expect(Object.keys(expected)).toEqual(metrics.map(({ name }) => name));
  });

  const filters = [{ key: 'provider', operator: '=' as const, values: ['x'] }];
  const parameters = { slowMs: 2000, budget: 2000 };

  it.each(Object.keys(expected))('computes %s of a summary', async (name) => {
    const [row] = await table.rows({ kind: 'summary', metrics: [name], filters, parameters }, range);
    expectValue(name, row?.[name] ?? null, expected[name]?.[0]);
  });

  it.each(metrics.filter(({ kinds }) => kinds.includes('timeseries')).map(({ name }) => name))(
    'computes %s of a time series',
    async (name) => {
      const rows = await table.rows({ metrics: [name], interval: '5m', filters, parameters }, range);
      expect(rows.map(({ time }) => time)).toEqual(['2026-05-01T12:00:00.000Z', '2026-05-01T12:05:00.000Z']);
      expectValue(name, rows[0]?.[name], expected[name]?.[1]);
      expectValue(name, rows[1]?.[name], expected[name]?.[2]);
    }
  );

  it('says the same of each metric when several are asked for at once', async () => {
    for (let index = 0; index < metrics.length; index += 10) {
      const names = metrics.slice(index, index + 10).map(({ name }) => name);
      const [row] = await table.rows({ kind: 'summary', metrics: names, filters, parameters }, range);
      for (const name of names) {
        expectValue(name, row?.[name] ?? null, expected[name]?.[0]);
      }
    }
  });

  it('answers percentiles of latency and of cost together, which take two statements', async () => {
    const names = ['latency_p50', 'cost_p50', 'cost_max', 'latency_max', 'cost', 'requests'];
    const rows = await table.rows({ kind: 'summary', metrics: names, groupBy: ['provider'] }, range);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({
      provider: '(none)',
      ...Object.fromEntries(names.map((name) => [name, null])),
      requests: 1,
    });
    for (const name of names) {
      expectValue(name, rows[1]?.[name], expected[name]?.[0]);
    }
  });

  it.each(metrics.map(({ name }) => name))('never reads what is missing as 0 in %s', async (name) => {
    const none = [{ key: 'provider', operator: '=' as const, values: ['(none)'] }];
    const [row] = await table.rows({ kind: 'summary', metrics: [name], filters: none, parameters }, range);
    const counts: Record<string, number> = {
      requests: 1,
      request_rate: 1 / 600,
      unfinished_requests: 1,
      unpriced_requests: 0,
      null_latency_requests: 1,
      null_tokens_requests: 1,
      token_mismatch_requests: 0,
      duration_mismatch_requests: 0,
      first_seen: Date.parse('2026-05-01T12:09:59.999Z'),
      last_seen_age: 600.001,
    };
    expectValue(name, row?.[name] ?? null, counts[name] ?? null);
  });

  it('labels missing and empty text (none)', async () => {
    expect(await table.rows({ kind: 'summary', groupBy: ['provider', 'model_name'] }, range)).toEqual([
      { provider: '(none)', model_name: '(none)', requests: 1 },
      { provider: 'x', model_name: 'm', requests: 5 },
    ]);
  });

  it('is empty where there are no rows', async () => {
    const empty = { from: '2026-04-01T00:00Z', to: '2026-04-02T00:00Z' };
    const names = metrics.slice(0, 10).map(({ name }) => name);
    expect(await table.rows({ kind: 'summary', metrics: names }, empty)).toEqual([]);
    expect(await table.rows({ kind: 'summary', metrics: names, groupBy: ['provider'] }, empty)).toEqual([]);
    expect(await table.rows({ kind: 'timeseries', metrics: names }, empty)).toEqual([]);
  });

  it('says how many rows each metric left out', async () => {
    const { notices } = await table.answer(
      { kind: 'summary', metrics: ['latency_p95', 'cost', 'tokens'], filters },
      range
    );
    expect(notices.map(({ text }) => text)).toEqual([
      'Latency p95: 1 call without a value left out.',
      'Cost: 1 call without a value left out.',
      'Tokens: 2 calls without a value left out.',
      'Percentiles are nearest ranks, at most 1 % off.',
    ]);
  });
});
