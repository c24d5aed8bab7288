import { describe, expect, it } from 'vitest';
import { deriveMetrics, rowsLeftOut } from '../../src/query/derive/derive.ts';
import type { Group } from '../../src/query/read/merge.ts';
import { metrics } from '../../src/query/metrics/metrics.ts';
import { PartialColumns } from '../../src/partials/partial-columns.ts';
import { decimalScale, type PartialName, type Partials } from '../../src/partials/partials.ts';
import { type QueryInput } from '../../src/query/model/schema.ts';
import { sketchBucket, type Sketch, sketchOf as sketchOfPairs } from '../../src/partials/sketch.ts';
import { resolved as ask } from './made-answer.ts';
import { madeColumns } from './made-columns.ts';
import { questionContext } from './question-context.ts';
import { refusal } from './refusal.ts';

type Values = Partial<Record<PartialName, number | bigint | null>>;
type Sketches = Partial<Record<'latency' | 'cost', Sketch>>;

/** Money in millionths of the currency's unit, all else as it is. */
const micro = (millionths: number) => BigInt(millionths) * 10n ** BigInt(decimalScale - 6);

/** Of these a number means whole ms. */
const inMilliseconds = new Set<string>([
  'latencySum',
  'latencyMin',
  'latencyMax',
  'speedTimeSum',
] satisfies PartialName[]);

function partials(values: Values, sketches: Sketches = {}): Partials {
  return {
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'number' ? BigInt(value) * 10n ** BigInt(inMilliseconds.has(name) ? decimalScale : 0) : value,
      ])
    ),
    sketches,
  };
}

function group(labels: string[], buckets: Record<number, Partials>): Group {
  return { labels, periods: [{ range: madeColumns(buckets) }] };
}

/** The value of one metric of one group over a range of 1,000 s that ended 100 s ago. */
function valueOf(metric: string, values: Values, sketches: Sketches = {}): number | null | undefined {
  const query = ask(
    { kind: 'summary', metrics: [metric] },
    { from: '2026-05-01T00:00:00Z', to: '2026-05-01T00:16:40Z', now: '2026-05-01T00:18:20Z' }
  );
  const derived = deriveMetrics([group([], { 0: partials({ requests: 8, ...values }, sketches) })], query);
  return derived.kind === 'summary' ? (derived.rows[0]?.values[0] ?? null) : undefined;
}

function sketchOf(counts: [value: number, count: number][]): Sketch {
  return sketchOfPairs(counts.map(([value, count]) => [sketchBucket(value), count]));
}

describe('deriveMetrics', () => {
  it.each<[string, Values, number]>([
    ['requests', {}, 8],
    ['request_rate', {}, 0.008],
    ['cost', { costSum: micro(300_000) }, 0.3],
    ['cost_rate_hour', { costSum: micro(500_000) }, 1.8],
    ['cost_per_request', { costSum: micro(300_000), costRequests: 4 }, 0.075],
    ['cost_per_1k_tokens', { tokenCostSum: micro(300_000), costTokensSum: 2000 }, 0.15],
    ['cost_per_1m_tokens', { tokenCostSum: micro(300_000), costTokensSum: 2000 }, 150],
    ['cost_max', { costMax: micro(250_000) }, 0.25],
    ['tokens', { tokensSum: 4000 }, 4000],
    ['prompt_tokens', { promptSum: 3000 }, 3000],
    ['completion_tokens', { completionSum: 1000 }, 1000],
    ['tokens_per_request', { tokensSum: 4000, tokensRequests: 5 }, 800],
    ['prompt_tokens_per_request', { promptSum: 3000, promptRequests: 6 }, 500],
    ['completion_tokens_per_request', { completionSum: 1000, completionRequests: 4 }, 250],
    ['completion_ratio', { pairedCompletionSum: 900, pairedPromptSum: 3000 }, 0.3],
    ['token_throughput', { tokensSum: 4000 }, 4],
    ['output_speed', { speedCompletionSum: 900, speedTimeSum: 18_000 }, 50],
    ['time_per_output_token', { speedCompletionSum: 900, speedTimeSum: 18_000 }, 20],
    ['latency_avg', { latencySum: 10_000, latencyRequests: 4 }, 2500],
    ['latency_min', { latencyMin: 7 }, 7],
    ['latency_max', { latencyMax: 9000 }, 9000],
    ['concurrency_avg', { latencySum: 2_500_000 }, 2.5],
    ['zero_output_ratio', { zeroOutput: 1, completionRequests: 4 }, 0.25],
    ['unfinished_requests', { unfinished: 3 }, 3],
    ['unpriced_requests', { unpriced: 0 }, 0],
    ['null_latency_requests', { latencyMissing: 2 }, 2],
    ['null_tokens_requests', { tokensRequests: 5 }, 3],
    ['token_mismatch_requests', { tokenMismatch: 1 }, 1],
    ['duration_mismatch_requests', { durationMismatch: 2 }, 2],
    ['first_seen', { firstSeen: 1_777_593_600_123 }, 1_777_593_600_123],
    // Seconds until now, not until the end of the range.
    ['last_seen_age', { lastSeen: Date.parse('2026-05-01T00:16:39.500Z') }, 100.5],
  ])('computes %s', (metric, values, expected) => {
    expect(valueOf(metric, values)).toBe(expected);
  });

  // 100 calls: 49 of 100 ms, 26 of 200, 16 of 300, 5 of 400, 4 of 500.
  const latency = sketchOf([
    [100, 49],
    [200, 26],
    [300, 16],
    [400, 5],
    [500, 4],
  ]);
  it.each([
    ['latency_p50', 200],
    ['latency_p75', 200],
    ['latency_p90', 300],
    ['latency_p95', 400],
    ['latency_p99', 500],
  ])('computes %s within 1 %', (metric, expected) => {
    const value = valueOf(metric, { latencyMin: 100, latencyMax: 500 }, { latency }) ?? 0;
    expect(Math.abs(value / expected - 1)).toBeLessThan(0.01);
  });

  it.each([
    ['cost_p50', 0.001],
    ['cost_p95', 0.02],
    ['cost_p99', 0.5],
  ])('computes %s within 1 %', (metric, expected) => {
    const cost = sketchOf([
      [0.001, 50],
      [0.02, 48],
      [0.5, 2],
    ]);
    const value = valueOf(metric, { costMin: micro(1000), costMax: micro(500_000) }, { cost }) ?? 0;
    expect(Math.abs(value / expected - 1)).toBeLessThan(0.01);
  });

  it('computes slow_ratio', () => {
    expect(valueOf('slow_ratio', { slowRequests: 3, latencyRequests: 4 })).toBe(0.75);
  });

  it('has a formula for each metric that is tested here, or, if it reads more than the range, in windows-on-engines.test.ts', () => {
    const tested = 32 + 5 + 3;
    expect(metrics.filter(({ windows, ofAll }) => windows[0] === 'range' && !ofAll)).toHaveLength(tested);
  });

  it.each([
    ['cost_per_request', { costSum: null, costRequests: 0 }],
    ['cost_per_1k_tokens', { tokenCostSum: micro(1), costTokensSum: 0 }],
    ['cost_per_1m_tokens', { tokenCostSum: null, costTokensSum: null }],
    ['tokens_per_request', { tokensSum: null, tokensRequests: 0 }],
    ['completion_ratio', { pairedCompletionSum: 5, pairedPromptSum: 0 }],
    ['output_speed', { speedCompletionSum: null, speedTimeSum: null }],
    ['latency_avg', { latencySum: null, latencyRequests: 0 }],
    ['zero_output_ratio', { zeroOutput: 0, completionRequests: 0 }],
  ] satisfies [string, Values][])('divides by nothing in %s: null', (metric, values) => {
    expect(valueOf(metric, values)).toBeNull();
  });

  it.each([
    ['cost', { costSum: null, costRequests: 0 }],
    ['cost_max', { costMax: null }],
    ['tokens', { tokensSum: null }],
    ['prompt_tokens', { promptSum: null }],
    ['completion_tokens', { completionSum: null }],
    ['token_throughput', { tokensSum: null }],
    ['latency_min', { latencyMin: null }],
    ['latency_max', { latencyMax: null }],
    ['concurrency_avg', { latencySum: null }],
    ['latency_p95', { latencyMin: null, latencyMax: null }],
    ['cost_p95', { costMin: null, costMax: null }],
  ] satisfies [string, Values][])('never reads what is missing as 0 in %s', (metric, values) => {
    expect(valueOf(metric, values)).toBeNull();
  });

  it('keeps the digits of sums beyond 2^53 units until the last step', () => {
    // 90,071,992,547.40993 + 10^-8, in units of 10^-8 more than 2^53.
    expect(valueOf('cost', { costSum: 9_007_199_254_740_993_001n * 10n ** 10n })).toBe(90_071_992_547.409_93);
    expect(valueOf('cost_per_request', { costSum: 3n * 10n ** 35n, costRequests: 3 })).toBe(1e17);
  });
});

describe('deriveMetrics of a time series', () => {
  const hour = (query: Partial<QueryInput>, now = '2026-05-04T00:00Z') =>
    ask({ interval: '5m', ...query }, { from: '2026-05-01T00:02Z', to: '2026-05-01T00:17Z', now });
  const at = (text: string) => Date.parse(text);
  const points = (groups: Group[], query: ReturnType<typeof ask>) => {
    const derived = deriveMetrics(groups, query);
    return derived.kind === 'timeseries' ? derived.series.map((series) => series.points) : [];
  };

  it('has a point per bucket with rows, at the start of the bucket, and leaves gaps out', () => {
    const groups = [group([], { 0: partials({ requests: 2 }), 3: partials({ requests: 5 }) })];
    expect(points(groups, hour({}))).toEqual([
      [
        [at('2026-05-01T00:00Z'), 2],
        [at('2026-05-01T00:15Z'), 5],
      ],
    ]);
  });

  it('looks at the buckets only that have calls: there may be 11,000 for each of very many groups', () => {
    let looks = 0;
    class Watched extends PartialColumns {
      override value(name: PartialName, bucket: number): number | null | undefined {
        looks += 1;
        return super.value(name, bucket);
      }
    }
    const range = new Watched();
    range.addAll(madeColumns({ 3: partials({ requests: 5 }) }));
    const query = ask({ interval: '1m' }, { from: '2026-05-01T00:00Z', to: '2026-05-08T00:00Z' });
    expect(points([{ labels: [], periods: [{ range }] }], query)).toEqual([[[at('2026-05-01T00:03Z'), 5]]]);
    expect(looks).toBeLessThan(10);
  });

  it('fills with 0 only what is truly 0', () => {
    const groups = [
      group([], {
        1: partials({ requests: 2, costSum: micro(5), costRequests: 1, latencySum: 4, latencyRequests: 2 }),
      }),
    ];
    const query = hour({ metrics: ['requests', 'cost', 'latency_avg', 'cost_per_request'], fill: 'zero' });
    expect(points(groups, query).map((series) => series.map(([, value]) => value))).toEqual([
      [0, 2, 0, 0],
      [0, 0.000005, 0, 0],
      [2],
      [0.000005],
    ]);
  });

  it('does not fill a bucket whose rows all lack the value: that is unknown, not 0', () => {
    const groups = [group([], { 1: partials({ requests: 2, costSum: null, costRequests: 0 }) })];
    expect(points(groups, hour({ metrics: ['cost'], fill: 'zero' }))[0]?.map(([time]) => time)).toEqual([
      at('2026-05-01T00:00Z'),
      at('2026-05-01T00:10Z'),
      at('2026-05-01T00:15Z'),
    ]);
  });

  it('fills no bucket that lies in the future', () => {
    const query = hour({ fill: 'zero' }, '2026-05-01T00:10:00Z');
    expect(points([group([], { 0: partials({ requests: 1 }) })], query)).toEqual([
      [
        [at('2026-05-01T00:00Z'), 1],
        [at('2026-05-01T00:05Z'), 0],
      ],
    ]);
  });

  it('fills without any rows when nothing is grouped, and not at all when it is', () => {
    expect(points([], hour({ fill: 'zero' }))[0]?.map(([, value]) => value)).toEqual([0, 0, 0, 0]);
    expect(points([], hour({ fill: 'zero', groupBy: ['provider'] }))).toEqual([]);
    expect(points([], hour({}))).toEqual([]);
  });

  it('divides by the seconds of bucket ∩ range ∩ the past', () => {
    const all = [0, 1, 2, 3].map((index) => [index, partials({ requests: 180 })] as const);
    const groups = [group([], Object.fromEntries(all))];
    // 00:02–00:05, 00:05–00:10, 00:10–00:15, 00:15–00:17
    expect(points(groups, hour({ metrics: ['request_rate'] }))[0]?.map(([, value]) => value)).toEqual([
      1, 0.6, 0.6, 1.5,
    ]);
    // Now is 00:12.
    expect(
      points(groups, hour({ metrics: ['request_rate'] }, '2026-05-01T00:12Z'))[0]?.map(([, value]) => value)
    ).toEqual([1, 0.6, 1.5]);
  });

  it('leaves out points below minRequests, counted by the rows that have the value', () => {
    const groups = [
      group([], {
        0: partials({ requests: 9, latencyRequests: 2, latencySum: 20 }),
        1: partials({ requests: 9, latencyRequests: 3, latencySum: 30 }),
        2: partials({ requests: 2, latencyRequests: 2, latencySum: 20 }),
      }),
    ];
    const query = hour({ metrics: ['latency_avg', 'requests'], minRequests: 3, fill: 'zero' });
    expect(points(groups, query)).toEqual([
      [[at('2026-05-01T00:05Z'), 10]],
      [
        [at('2026-05-01T00:00Z'), 9],
        [at('2026-05-01T00:05Z'), 9],
      ],
    ]);
  });

  it('refuses more points than all series together may have', () => {
    const limits = { ...questionContext().limits, series: 3, pointsPerSeries: 5 };
    const query = (metrics: string[]) =>
      ask(
        { metrics, interval: '5m', fill: 'zero', groupBy: ['provider'] },
        { from: '2026-05-01T00:00Z', to: '2026-05-01T00:20Z', limits }
      );
    const groups = ['a', 'b', 'c'].map((label) => group([label], { 0: partials({ requests: 1 }) }));
    // 3 groups of 4 points, and twice that with two metrics: 15 are allowed.
    expect(points(groups, query(['requests']))).toHaveLength(3);
    expect(refusal(() => deriveMetrics(groups, query(['requests', 'request_rate'])))).toBe(
      'query_too_large: The answer has more than 15 points: choose a longer interval, fewer metrics or a filter'
    );
  });

  it('has a series per group and metric, with the labels of the group, in order', () => {
    const query = hour({ metrics: ['requests', 'cost'], groupBy: ['provider', 'model_name'] });
    const derived = deriveMetrics(
      [
        group(['a', 'm1'], { 0: partials({ requests: 1, costSum: micro(1) }) }),
        group(['a', 'm2'], { 0: partials({ requests: 1, costSum: null }) }),
      ],
      query
    );
    expect(derived.kind === 'timeseries' && derived.series.map(({ metric, labels }) => [metric.name, labels])).toEqual([
      ['requests', { provider: 'a', model_name: 'm1' }],
      ['cost', { provider: 'a', model_name: 'm1' }],
      ['requests', { provider: 'a', model_name: 'm2' }],
    ]);
  });
});

describe('deriveMetrics of a summary', () => {
  const summary = (query: Partial<QueryInput>, context: Parameters<typeof questionContext>[0] = {}) =>
    ask({ kind: 'summary', ...query }, context);
  const rows = (groups: Group[], query: ReturnType<typeof ask>) => {
    const derived = deriveMetrics(groups, query);
    return derived.kind === 'summary' ? derived.rows : [];
  };

  it('has a row per group, null where a metric has no value', () => {
    const query = summary({ metrics: ['requests', 'cost'], groupBy: ['provider'] });
    expect(
      rows(
        [
          group(['a'], { 0: partials({ requests: 3, costSum: null }) }),
          group(['b'], { 0: partials({ requests: 1, costSum: micro(2_000_000) }) }),
        ],
        query
      )
    ).toEqual([
      { labels: { provider: 'a' }, values: [3, null] },
      { labels: { provider: 'b' }, values: [1, 2] },
    ]);
  });

  it('leaves out groups below minRequests, and values of those that have too few', () => {
    const query = summary({ metrics: ['requests', 'latency_avg'], groupBy: ['provider'], minRequests: 2 });
    expect(
      rows(
        [
          group(['a'], { 0: partials({ requests: 1, latencyRequests: 1, latencySum: 5 }) }),
          group(['b'], { 0: partials({ requests: 2, latencyRequests: 1, latencySum: 5 }) }),
        ],
        query
      )
    ).toEqual([{ labels: { provider: 'b' }, values: [2, null] }]);
  });

  it('is empty without rows, and 0 where that was asked for', () => {
    const nothing = [group([], { 0: partials({ requests: 0, costSum: null }) })];
    expect(rows(nothing, summary({ metrics: ['requests', 'cost'] }))).toEqual([]);
    expect(rows([], summary({ metrics: ['requests', 'cost'] }))).toEqual([]);
    expect(rows(nothing, summary({ metrics: ['requests', 'cost', 'latency_avg'], fill: 'zero' }))).toEqual([
      { labels: {}, values: [0, 0, null] },
    ]);
  });

  it('divides by the part of the range that has passed', () => {
    const query = summary({ metrics: ['request_rate'] }, { now: '2026-05-01T00:16:40Z' });
    expect(rows([group([], { 0: partials({ requests: 500 }) })], query)).toEqual([{ labels: {}, values: [0.5] }]);
  });

  it('has no rate in the future', () => {
    const query = summary({ metrics: ['request_rate'] }, { now: '2026-04-01T00:00Z' });
    expect(rows([group([], { 0: partials({ requests: 500 }) })], query)).toEqual([]);
  });

  it('refuses more groups than the limit', () => {
    const groups = Array.from({ length: 101 }, (_, index) => group([String(index)], { 0: partials({ requests: 1 }) }));
    const query = summary({ groupBy: ['provider'] });
    expect(refusal(() => deriveMetrics(groups, query))).toBe(
      'query_too_large: The question has more than 100 groups: ask for the top of them, add a filter or group by fewer dimensions'
    );
    expect(rows(groups.slice(1), query)).toHaveLength(100);
  });

  it('counts towards the limit only groups that are in the answer', () => {
    const groups = Array.from({ length: 300 }, (_, index) =>
      group([String(index)], { 0: partials({ requests: index < 100 ? 5 : 1 }) })
    );
    expect(rows(groups, summary({ groupBy: ['provider'], minRequests: 2 }))).toHaveLength(100);
  });
});

describe('rowsLeftOut', () => {
  it('counts over all groups and buckets the rows that lack the value of metrics, once for those of the same value', () => {
    const query = ask({ metrics: ['requests', 'cost', 'latency_p95', 'tokens', 'latency_avg'], groupBy: ['provider'] });
    const groups = [
      group(['a'], {
        0: partials({ requests: 5, costRequests: 5, latencyRequests: 3, tokensRequests: 5 }),
        7: partials({ requests: 2, costRequests: 2, latencyRequests: 2, tokensRequests: 1 }),
      }),
      group(['b'], { 0: partials({ requests: 4, costRequests: 4, latencyRequests: 0, tokensRequests: 4 }) }),
    ];
    expect(rowsLeftOut(groups, query).map(({ metrics, rows }) => [metrics.map(({ label }) => label), rows])).toEqual([
      [['Latency p95', 'Latency average'], 6],
      [['Tokens'], 1],
    ]);
  });
});
