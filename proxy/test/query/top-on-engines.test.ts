import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Row } from '../../src/query/output/rows.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type Call, openMetrics, type OpenMetrics } from './open-metrics.ts';
import { defaultLimits } from './question-context.ts';
import { refusalOf } from './refusal.ts';

/** At 10:00 unless it says otherwise. */
const call = (provider: string | null, cost: string | null, rest: Call = {}): Call => ({
  start_time: '2026-05-01 10:00:00.000',
  provider,
  cost,
  ...rest,
});

/*
 * Costs: a 6 and then 1, b 5, c and d 4 each, e has calls without a cost, f 0.5, and a provider that is really called
 * "(other)" 100. At 11:00 only a and f have calls.
 */
const calls: Call[] = [
  call('a', '6', { total_time: 100, total_tokens: 600 }),
  call('a', '1', { start_time: '2026-05-01 11:00:00.000', total_time: 900, total_tokens: 100 }),
  call('b', '5', { total_time: 200, total_tokens: 1000 }),
  call('d', '4', { total_time: 300, total_tokens: 100 }),
  call('c', '4', { total_time: 400, total_tokens: 100 }),
  call('e', null, { total_time: 500, total_tokens: 0 }),
  call('f', '0.5', { start_time: '2026-05-01 11:00:00.000', total_time: 1000, total_tokens: 300 }),
  call('(other)', '100', { total_time: 50, total_tokens: 400 }),
];

const names = (rows: Row[]) => rows.map(({ provider }) => provider);

describeOnEngines('top', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert(calls);
    // The day before.
    await table.insert([
      call('a', '2', { start_time: '2026-04-30 10:00:00.000', total_time: 100 }),
      call('c', '9', { start_time: '2026-04-30 10:00:00.000', total_time: 100 }),
      call('gone', '8', { start_time: '2026-04-30 11:00:00.000', total_time: 100 }),
    ]);
  });
  afterAll(() => table.close());

  const byProvider = { kind: 'summary' as const, groupBy: ['provider'] };
  const top = (limit: number, by = 'cost', other = true) => ({ limit, by, other });

  it('answers the groups with the highest value, equal ones by their labels, and all others as one', async () => {
    expect(await table.rows({ ...byProvider, metrics: ['cost', 'requests'], top: top(3) })).toEqual([
      { provider: 'a', cost: 7, requests: 2 },
      { provider: 'b', cost: 5, requests: 1 },
      { provider: 'c', cost: 4, requests: 1 },
      // d, e, f, and the one that is called like it.
      { provider: '(other)', cost: 104.5, requests: 4 },
    ]);
  });

  it('leaves all others out if that is asked for, what is called like them too', async () => {
    expect(names(await table.rows({ ...byProvider, top: top(2, 'cost', false) }))).toEqual(['a', 'b']);
    expect(names(await table.rows({ ...byProvider, top: top(50, 'cost', false) }))).toEqual([
      'a',
      'b',
      'c',
      'd',
      'f',
      'e',
    ]);
  });

  it('ranks groups without a value last, and has them when there is room', async () => {
    expect(names(await table.rows({ ...byProvider, top: top(100) }))).toEqual([
      'a',
      'b',
      'c',
      'd',
      'f',
      'e',
      '(other)',
    ]);
    expect(names(await table.rows({ ...byProvider, top: top(5) }))).toEqual(['a', 'b', 'c', 'd', 'f', '(other)']);
  });

  it('ranks by what is not asked for, and by ratios', async () => {
    // e has no tokens; f took 1000 ms, a 500 on average.
    const rows = await table.rows({ ...byProvider, metrics: ['cost_per_1k_tokens'], top: top(2, 'latency_avg') });
    expect(rows).toEqual([
      { provider: 'f', cost_per_1k_tokens: expect.closeTo(0.5 / 0.3, 12) as number },
      { provider: 'a', cost_per_1k_tokens: 10 },
      // A ratio of sums: 113 for 1600 tokens, since e has no cost.
      { provider: '(other)', cost_per_1k_tokens: 113 / 1.6 },
    ]);
  });

  it.each([1, 2, 3, 6, 100])('adds up with %d to what all calls together are', async (limit) => {
    const metrics = ['requests', 'cost', 'tokens', 'cost_share'];
    const [total] = await table.rows({ kind: 'summary', metrics });
    expect(total).toEqual({ requests: 8, cost: 120.5, tokens: 2600, cost_share: 1 });
    const rows = await table.rows({ ...byProvider, metrics, top: top(limit) });
    const sums = metrics.map((name) => [name, rows.reduce((sum, row) => sum + Number(row[name]), 0)]);
    expect(Object.fromEntries(sums)).toEqual({ ...total, cost_share: expect.closeTo(1, 12) as number });
  });

  it('adds up in each bucket of a time series, where the rank is that of the whole range', async () => {
    const query = { metrics: ['requests', 'cost'], groupBy: ['provider'], interval: '1h' as const, top: top(1) };
    expect(await table.rows(query)).toEqual([
      { time: '2026-05-01T10:00:00.000Z', provider: 'a', requests: 1, cost: 6 },
      { time: '2026-05-01T10:00:00.000Z', provider: '(other)', requests: 5, cost: 113 },
      { time: '2026-05-01T11:00:00.000Z', provider: 'a', requests: 1, cost: 1 },
      { time: '2026-05-01T11:00:00.000Z', provider: '(other)', requests: 1, cost: 0.5 },
    ]);
    expect(await table.rows({ ...query, top: top(1, 'latency_p95', false) })).toEqual([
      { time: '2026-05-01T11:00:00.000Z', provider: 'f', requests: 1, cost: 0.5 },
    ]);
  });

  it('ranks by the current period only, and compares the same groups', async () => {
    const rows = await table.rows({ ...byProvider, metrics: ['cost'], compare: 'day', top: top(2) });
    expect(rows).toEqual([
      { provider: 'a', cost: 7, previous: 2, delta: 5, delta_ratio: 2.5 },
      { provider: 'b', cost: 5, previous: 0, delta: 5, delta_ratio: null },
      // c and the one that is gone among them.
      { provider: '(other)', cost: 108.5, previous: 17, delta: 91.5, delta_ratio: 91.5 / 17 },
    ]);
    const series = await table.rows({
      metrics: ['requests'],
      groupBy: ['provider'],
      interval: 'day',
      compare: 'day',
      top: top(1),
    });
    expect(series.map(({ provider, period, requests }) => [provider, period, requests])).toEqual([
      ['a', 'current', 2],
      ['a', 'previous', 1],
      ['(other)', 'current', 6],
      ['(other)', 'previous', 2],
    ]);
  });

  it('leaves groups with too few calls among the others', async () => {
    const rows = await table.rows({ ...byProvider, metrics: ['requests'], minRequests: 2, top: top(2) });
    // Only a has 2 calls with a cost; b ranks without a value and is left out of the answer.
    expect(rows).toEqual([
      { provider: 'a', requests: 2 },
      { provider: '(other)', requests: 5 },
    ]);
  });

  it('orders rows otherwise, all others last', async () => {
    const query = { ...byProvider, metrics: ['cost'], top: top(3) };
    const order = async (by: string, direction: 'asc' | 'desc') =>
      names(await table.rows({ ...query, order: { by, direction } }));
    expect(await order('cost', 'asc')).toEqual(['c', 'b', 'a', '(other)']);
    expect(await order('provider', 'desc')).toEqual(['c', 'b', 'a', '(other)']);
    expect(names(await table.rows({ ...query, order: { by: 'cost', direction: 'asc' }, limit: 2 }))).toEqual([
      'c',
      'b',
    ]);
  });

  it('says how many groups are together, and that a limit cut some off', async () => {
    const texts = async (query: object) =>
      (await table.answer({ ...byProvider, metrics: ['requests'], ...query })).notices.map(({ text }) => text);
    expect(await texts({ top: top(3) })).toEqual(['4 more groups together are (other).']);
    expect(await texts({ top: top(6, 'cost', false) })).toEqual(['1 more group left out.']);
    expect(await texts({ top: top(7) })).toEqual([]);
    expect(await texts({ order: { by: 'requests' }, limit: 2 })).toEqual(['The first 2 of 7 rows.']);
    expect(await texts({ limit: 7 })).toEqual([]);
  });

  it('says what ran', async () => {
    const answer = await table.answer({ ...byProvider, top: top(3), order: { by: 'requests' }, limit: 2 });
    expect('executedQuery' in answer && JSON.parse(answer.executedQuery)).toMatchObject({
      top: { limit: 3, by: 'cost', other: true },
      order: { by: 'requests', direction: 'desc' },
      limit: 2,
    });
  });
});

describeOnEngines('top of two dimensions', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      call('a', '5', { model_name: 'm1', monitor_id: 'x' }),
      call('a', '4', { model_name: 'm2', monitor_id: 'y' }),
      call('b', '3', { model_name: 'm1', monitor_id: 'x' }),
      call('b', '2', { model_name: null, monitor_id: '(other)' }),
      call('b', '1', { model_name: '(other)', monitor_id: 'z' }),
    ]);
  });
  afterAll(() => table.close());

  const by = (groupBy: string[], limit: number) =>
    table.rows({ kind: 'summary', metrics: ['cost'], groupBy, top: { limit, by: 'cost', other: true } });

  it('ranks pairs, and calls all others by two labels', async () => {
    expect((await by(['provider', 'model_name'], 2)).map((row) => Object.values(row))).toEqual([
      ['a', 'm1', 5],
      ['a', 'm2', 4],
      ['(other)', '(other)', 6],
    ]);
    expect((await by(['provider', 'model_name'], 100)).map((row) => Object.values(row))).toEqual([
      ['a', 'm1', 5],
      ['a', 'm2', 4],
      ['b', 'm1', 3],
      ['b', '(none)', 2],
      ['(other)', '(other)', 1],
    ]);
  });

  it('ranks pairs with a monitor, which another provider may have too', async () => {
    expect((await by(['provider', 'monitor_id'], 1)).map((row) => Object.values(row))).toEqual([
      ['a', 'x', 5],
      ['(other)', '(other)', 10],
    ]);
    expect((await by(['monitor_id', 'provider'], 4)).map((row) => Object.values(row))).toEqual([
      ['x', 'a', 5],
      ['y', 'a', 4],
      ['x', 'b', 3],
      ['z', 'b', 1],
      ['(other)', '(other)', 2],
    ]);
  });
});

/*
 * Durations 1 to 2000 ms over 20 providers, so that their ranks are far apart: provider p has those of (p, p + 100].
 */
describeOnEngines('top of percentiles', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert(
      Array.from({ length: 2000 }, (_, index) =>
        call(`p${String(Math.floor(index / 100))}`, String((index + 1) / 1000), {
          start_time: `2026-05-01 ${index % 2 === 0 ? '10' : '11'}:00:00.000`,
          total_time: index + 1,
        })
      )
    );
  });
  afterAll(() => table.close());

  const p95 = (rows: Row[]) =>
    Object.fromEntries(rows.map((row) => [row['provider'] ?? 'all', Number(row['latency_p95'])]));
  const within = (value: number | undefined, exact: number) => Math.abs((value ?? 0) / exact - 1) < 0.01;

  it('has the percentile of all calls of the others, not a mean of theirs', async () => {
    const query = { kind: 'summary' as const, metrics: ['latency_p95', 'cost_p95'] };
    const groups = { groupBy: ['provider'], top: { limit: 2, by: 'latency_p95', other: true } };
    const rows = await table.rows({ ...query, ...groups });
    const found = p95(rows);
    // p19 has 1901 to 2000, p18 has 1801 to 1900, the others 1 to 1800: ranks 95, 95 and 1710.
    expect(Object.keys(found)).toEqual(['p19', 'p18', '(other)']);
    expect([within(found['p19'], 1995), within(found['p18'], 1895), within(found['(other)'], 1710)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(within(Number(rows[2]?.['cost_p95']), 1.71)).toBe(true);
  });

  it('has the same percentile of the others as a question about them', async () => {
    const query = { kind: 'summary' as const, metrics: ['latency_p50', 'latency_p95'] };
    const [total] = await table.rows(query);
    const filters = [{ key: 'provider', operator: 'not in' as const, values: ['p19'] }];
    const [rest] = await table.rows({ ...query, filters });
    const rows = await table.rows({
      ...query,
      groupBy: ['provider'],
      top: { limit: 1, by: 'latency_p95', other: true },
    });
    expect(rows[1]).toEqual({ provider: '(other)', ...rest });
    expect(within(Number(total?.['latency_p95']), 1900)).toBe(true);
  });

  it('has the percentile of each bucket', async () => {
    const rows = await table.rows({
      metrics: ['latency_p95', 'requests'],
      groupBy: ['provider'],
      interval: '1h',
      top: { limit: 1, by: 'latency_p95', other: true },
    });
    // In each hour every other call: 50 of p19, and 950 of the others, of which the 903rd took 1805 or 1806 ms.
    expect(rows.map(({ provider, requests }) => [provider, requests])).toEqual([
      ['p19', 50],
      ['(other)', 950],
      ['p19', 50],
      ['(other)', 950],
    ]);
    expect(rows.filter((_, index) => index % 2 === 1).every((row) => within(Number(row['latency_p95']), 1805.5))).toBe(
      true
    );
  });
});

describeOnEngines('top of monitors', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      call('a', '9', { monitor_id: 'Böse \' "x"' }),
      call('a', '5', { monitor_id: null }),
      call('b', '3', { monitor_id: '' }),
      call('a', '0.5', { monitor_id: '(none)' }),
      call('a', '4', { monitor_id: 'm' }),
      call('a', '3', { monitor_id: 'M' }),
      call('a', '2', { monitor_id: 'm ' }),
      call('a', '1', { monitor_id: '(other)' }),
      ...Array.from({ length: 60 }, (_, index) => call('a', '0.01', { monitor_id: `few-${String(index)}` })),
      call('a', '2', { monitor_id: 'm', start_time: '2026-04-30 10:00:00.000' }),
      call('a', '7', { monitor_id: 'gone', start_time: '2026-04-30 10:00:00.000' }),
    ]);
  });
  afterAll(() => table.close());

  const query = { kind: 'summary' as const, metrics: ['cost', 'requests'], groupBy: ['monitor_id'] };
  const top = (limit: number, other = true) => ({ limit, by: 'cost', other });

  it('tells monitors apart byte for byte, and those without a name are one', async () => {
    const rows = await table.rows({ ...query, top: top(5) });
    expect(rows).toEqual([
      { monitor_id: 'Böse \' "x"', cost: 9, requests: 1 },
      { monitor_id: '(none)', cost: 8.5, requests: 3 },
      { monitor_id: 'm', cost: 4, requests: 1 },
      { monitor_id: 'M', cost: 3, requests: 1 },
      { monitor_id: 'm ', cost: 2, requests: 1 },
      { monitor_id: '(other)', cost: 1.6, requests: 61 },
    ]);
  });

  it('leaves all others out if that is asked for', async () => {
    expect((await table.rows({ ...query, top: top(1, false) })).map((row) => row['monitor_id'])).toEqual([
      'Böse \' "x"',
    ]);
  });

  it('ranks once and then reads over time', async () => {
    const rows = await table.rows({ ...query, kind: 'timeseries', metrics: ['cost'], interval: '1h', top: top(2) });
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['2026-05-01T10:00:00.000Z', 'Böse \' "x"', 9],
      ['2026-05-01T10:00:00.000Z', '(none)', 8.5],
      ['2026-05-01T10:00:00.000Z', '(other)', 10.6],
    ]);
  });

  it('compares those of now, and all that are gone with the others', async () => {
    const rows = await table.rows({ ...query, metrics: ['cost'], compare: 'day', top: top(3) });
    expect(rows).toEqual([
      { monitor_id: 'Böse \' "x"', cost: 9, previous: 0, delta: 9, delta_ratio: null },
      { monitor_id: '(none)', cost: 8.5, previous: 0, delta: 8.5, delta_ratio: null },
      { monitor_id: 'm', cost: 4, previous: 2, delta: 2, delta_ratio: 1 },
      {
        monitor_id: '(other)',
        cost: expect.closeTo(6.6, 12) as number,
        previous: 7,
        delta: expect.closeTo(-0.4, 12) as number,
        delta_ratio: expect.closeTo(-0.4 / 7, 12) as number,
      },
    ]);
  });

  it('has more of them than may be asked for, and all others beside them', async () => {
    const limits = { ...defaultLimits, series: 50 };
    const rows = await table.rows({ ...query, top: top(50) }, { limits });
    expect(rows).toHaveLength(51);
    // 5 others and 45 of the 60 with 0.01 are named; the one that is called like it is with the rest.
    expect(rows.at(-1)).toEqual({ monitor_id: '(other)', cost: 1.15, requests: 16 });
  });

  it('is empty where there are no calls', async () => {
    expect(await table.rows({ ...query, top: top(2) }, { from: '2026-01-01T00:00Z', to: '2026-01-02T00:00Z' })).toEqual(
      []
    );
  });

  it('refuses more monitors than rows may be read', async () => {
    const small = await openMetrics(engine, { maxRows: 20 });
    await small.insert(Array.from({ length: 21 }, (_, index) => call('a', '1', { monitor_id: String(index) })));
    expect(await refusalOf(small.rows({ ...query, top: top(2) }))).toMatch(
      /^query_too_large: The answer has more than 20 rows \(groups × intervals\): .* or a filter$/
    );
    await small.close();
  });

  it('is what monitors need', async () => {
    expect(await refusalOf(table.rows(query))).toBe(
      'invalid_request: groupBy: "monitor_id" may have very many values: it needs top'
    );
  });
});
