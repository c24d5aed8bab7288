import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Row } from '../../src/query/output/rows.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { questionContext } from './question-context.ts';

const call = (start_time: string, provider: string, cost: string | null, total_time: number | null = null) => ({
  start_time,
  provider,
  cost,
  total_time,
});

describeOnEngines('compare in a summary', (engine) => {
  let table: OpenMetrics;
  // Friday, 8 May 2026; its day before, week before and month before.
  const range = { from: '2026-05-08T00:00Z', to: '2026-05-09T00:00Z', now: '2026-05-20T00:00Z' };

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      call('2026-05-08 00:00:00.000', 'a', '3', 100),
      call('2026-05-08 23:59:59.999', 'a', '1', 300),
      call('2026-05-08 12:00:00.000', 'new', '5', 50),
      call('2026-05-08 13:00:00.000', 'free', '0', 10),
      call('2026-05-07 00:00:00.000', 'a', '2', 100),
      call('2026-05-07 23:59:59.999', 'gone', '7', 70),
      call('2026-05-07 13:00:00.000', 'free', '0', null),
      call('2026-05-06 23:59:59.999', 'a', '1000', 9),
      call('2026-05-09 00:00:00.000', 'a', '1000', 9),
      call('2026-05-01 00:00:00.000', 'a', '8', 100),
      call('2026-05-01 23:59:59.999', 'a', '8', 100),
      call('2026-05-02 00:00:00.000', 'a', '1000', 9),
      call('2026-04-30 23:59:59.999', 'a', '1000', 9),
      call('2026-04-08 00:00:00.000', 'a', '4', 100),
      call('2026-04-08 23:59:59.999', 'a', '12', 100),
      call('2026-04-09 00:00:00.000', 'a', '1000', 9),
    ]);
  });
  afterAll(() => table.close());

  const summary = { kind: 'summary' as const, metrics: ['cost'] };
  const a = [{ key: 'provider', operator: '=' as const, values: ['a'] }];

  it.each([
    ['previous', 2],
    ['day', 2],
    ['week', 16],
    ['month', 16],
  ] as const)('has what the same metric was, %s: %d', async (compare, previous) => {
    const delta = 4 - previous;
    expect(await table.rows({ ...summary, filters: a, compare }, range)).toEqual([
      { cost: 4, previous, delta, delta_ratio: delta / previous },
    ]);
  });

  it('has the groups of both periods, and 0 for what a side has none of', async () => {
    expect(await table.rows({ ...summary, groupBy: ['provider'], compare: 'day' }, range)).toEqual([
      { provider: 'a', cost: 4, previous: 2, delta: 2, delta_ratio: 1 },
      // There is no ratio to nothing.
      { provider: 'free', cost: 0, previous: 0, delta: 0, delta_ratio: null },
      { provider: 'gone', cost: 0, previous: 7, delta: -7, delta_ratio: -1 },
      { provider: 'new', cost: 5, previous: 0, delta: 5, delta_ratio: null },
    ]);
  });

  it('has null where a side has no value that could be 0', async () => {
    const rows = await table.rows(
      { ...summary, metrics: ['latency_avg'], groupBy: ['provider'], compare: 'day' },
      range
    );
    expect(rows).toEqual([
      { provider: 'a', latency_avg: 200, previous: 100, delta: 100, delta_ratio: 1 },
      // It had a call, without a duration.
      { provider: 'free', latency_avg: 10, previous: null, delta: null, delta_ratio: null },
      { provider: 'gone', latency_avg: null, previous: 70, delta: null, delta_ratio: null },
      { provider: 'new', latency_avg: 50, previous: null, delta: null, delta_ratio: null },
    ]);
  });

  it('names the columns of several metrics after them', async () => {
    const query = { ...summary, metrics: ['requests', 'latency_max'], filters: a, compare: 'day' as const };
    expect(await table.rows(query, range)).toEqual([
      {
        requests: 2,
        requests_previous: 1,
        requests_delta: 1,
        requests_delta_ratio: 1,
        latency_max: 300,
        latency_max_previous: 100,
        latency_max_delta: 200,
        latency_max_delta_ratio: 2,
      },
    ]);
  });

  it('orders by a column of the comparison, rows without a value last, and cuts after that', async () => {
    const query = { ...summary, groupBy: ['provider'], compare: 'day' as const };
    const order = async (by: string, direction: 'asc' | 'desc', limit?: number) =>
      (await table.rows({ ...query, order: { by, direction }, ...(limit === undefined ? {} : { limit }) }, range)).map(
        ({ provider }) => provider
      );
    expect(await order('delta', 'desc')).toEqual(['new', 'a', 'free', 'gone']);
    expect(await order('delta', 'asc', 2)).toEqual(['gone', 'free']);
    expect(await order('delta_ratio', 'asc')).toEqual(['gone', 'a', 'free', 'new']);
    expect(await order('delta_ratio', 'desc')).toEqual(['a', 'gone', 'free', 'new']);
    expect(await order('previous', 'desc', 1)).toEqual(['gone']);
    expect(await order('provider', 'desc', 3)).toEqual(['new', 'gone', 'free']);
  });

  it('is nothing where neither period has calls, and 0 if that is asked for', async () => {
    const empty = { from: '2026-01-02T00:00Z', to: '2026-01-03T00:00Z' };
    expect(await table.rows({ ...summary, compare: 'day' }, empty)).toEqual([]);
    expect(await table.rows({ ...summary, compare: 'day', groupBy: ['provider'] }, empty)).toEqual([]);
    expect(await table.rows({ ...summary, compare: 'day', fill: 'zero' }, empty)).toEqual([
      { cost: 0, previous: 0, delta: 0, delta_ratio: null },
    ]);
  });

  it('divides each rate by the time of its own period', async () => {
    const query = { ...summary, metrics: ['request_rate'], filters: a, compare: 'day' as const };
    // 6 of 24 hours have passed, the day before has all of them.
    const now = { ...range, now: '2026-05-08T06:00Z' };
    expect(await table.rows(query, now)).toEqual([
      {
        request_rate: 2 / 21_600,
        previous: 1 / 86_400,
        delta: 2 / 21_600 - 1 / 86_400,
        delta_ratio: expect.closeTo(7, 12) as number,
      },
    ]);
  });

  it('says which period is compared, and what ran', async () => {
    const { notices, ...answer } = await table.answer({ ...summary, compare: 'week', filters: a }, range);
    expect(notices.map(({ text }) => text)).toEqual([
      'The previous period is from 2026-05-01T00:00:00.000Z to 2026-05-02T00:00:00.000Z.',
    ]);
    expect('executedQuery' in answer && JSON.parse(answer.executedQuery)).toMatchObject({
      compare: 'week',
      timezone: 'UTC',
      segments: [
        { source: 'raw', from: '2026-05-08 00:00:00.000', to: '2026-05-09 00:00:00.000' },
        { source: 'raw', from: '2026-05-01 00:00:00.000', to: '2026-05-02 00:00:00.000', period: 'previous' },
      ],
    });
  });

  it('says that the current period is not over', async () => {
    const { notices } = await table.answer({ ...summary, compare: 'week' }, { ...range, now: '2026-05-08T06:00Z' });
    expect(notices.map(({ text }) => text)).toEqual([
      'The previous period is from 2026-05-01T00:00:00.000Z to 2026-05-02T00:00:00.000Z; the current one is not over yet.',
    ]);
  });
});

describeOnEngines('compare in a time series', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      // Half past each hour of two days at each change of Berlin's clock, and of the days around 1 March and 1 May.
      ...halfHours('2026-03-28T00:00Z', 72),
      ...halfHours('2026-10-24T00:00Z', 72),
      ...halfHours('2026-02-26T00:00Z', 120),
      ...halfHours('2026-05-06T00:00Z', 72),
      call('2026-05-07 10:00:00.000', 'a', '1'),
      call('2026-05-07 10:14:59.999', 'a', '2'),
      call('2026-05-07 10:15:00.000', 'a', '4'),
    ]);
  });
  afterAll(() => table.close());

  function halfHours(from: string, hours: number) {
    return Array.from({ length: hours }, (_, hour) => ({
      start_time: new Date(Date.parse(from) + (hour + 0.5) * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
      provider: 'hourly',
      cost: '1',
    }));
  }
  const hourly = [{ key: 'provider', operator: '=' as const, values: ['hourly'] }];

  it('lies on the same time axis, and says which period it is', async () => {
    const rows = await table.rows(
      { metrics: ['cost'], interval: '15m', compare: 'day', groupBy: ['provider'] },
      { from: '2026-05-08T10:00Z', to: '2026-05-08T11:00Z' }
    );
    expect(rows).toEqual([
      { time: '2026-05-08T10:00:00.000Z', provider: 'a', period: 'previous', cost: 3 },
      { time: '2026-05-08T10:15:00.000Z', provider: 'a', period: 'previous', cost: 4 },
      { time: '2026-05-08T10:30:00.000Z', provider: 'hourly', period: 'current', cost: 1 },
      { time: '2026-05-08T10:30:00.000Z', provider: 'hourly', period: 'previous', cost: 1 },
    ]);
  });

  it("keeps the answer's buckets where the period before begins inside of one, to fractions of seconds", async () => {
    // 10 min from 10:20:00.250 on, and those before: 10:10:00.250 to 10:20:00.250.
    const rows = await table.rows(
      { metrics: ['cost'], interval: '5m', compare: 'previous' },
      { from: '2026-05-07T10:20:00.250Z', to: '2026-05-07T10:30:00.250Z' }
    );
    expect(rows).toEqual([
      // 10:14:59.999 and 10:15:00.000 stand for 10:24:59.999 and 10:25:00.000.
      { time: '2026-05-07T10:20:00.000Z', period: 'previous', cost: 2 },
      { time: '2026-05-07T10:25:00.000Z', period: 'previous', cost: 4 },
      { time: '2026-05-07T10:30:00.000Z', period: 'current', cost: 1 },
    ]);
  });

  const times = (rows: Row[], period: string) =>
    rows.filter((row) => row['period'] === period).map((row) => [String(row['time']).slice(0, 16), row['requests']]);
  const october = { from: '2026-10-24T22:00Z', to: '2026-10-25T04:00Z', now: '2027-01-01T00:00Z' };
  const hours = { metrics: ['requests'], interval: '1h' as const, timezone: 'Europe/Berlin', filters: hourly };

  it('has no point where the clock has no such time, even filled with 0', async () => {
    // 02:00 comes twice on the 25th, and came once on the 24th.
    const rows = await table.rows({ ...hours, compare: 'day', fill: 'zero' }, october);
    expect(times(rows, 'current').map(([, count]) => count)).toEqual([1, 1, 1, 1, 1, 1]);
    // Those from 22:00Z on the 23rd are before the first call.
    expect(times(rows, 'previous')).toEqual([
      ['2026-10-24T22:00', 0],
      ['2026-10-24T23:00', 0],
      ['2026-10-25T00:00', 1],
      ['2026-10-25T02:00', 1],
      ['2026-10-25T03:00', 1],
    ]);
  });

  it('puts what the clock skips on what comes after it', async () => {
    const march = { from: '2026-03-29T00:00Z', to: '2026-03-29T03:00Z', now: '2027-01-01T00:00Z' };
    const rows = await table.rows({ ...hours, compare: 'day' }, march);
    expect(times(rows, 'previous')).toEqual([
      ['2026-03-29T00:00', 1],
      ['2026-03-29T01:00', 2],
      ['2026-03-29T02:00', 1],
    ]);
    // A rate divides by both hours.
    const rates = await table.rows({ ...hours, metrics: ['cost_rate_hour'], compare: 'day' }, march);
    expect(rates.filter(({ period }) => period === 'previous').map((row) => row['cost_rate_hour'])).toEqual([1, 1, 1]);
  });

  it('fills the previous period to the end of the axis, and the current one to now', async () => {
    const today = { from: '2026-05-09T20:00Z', to: '2026-05-10T00:00Z', now: '2026-05-09T22:00Z' };
    const rows = await table.rows({ ...hours, timezone: 'UTC', compare: 'day', fill: 'zero' }, today);
    expect(times(rows, 'current')).toEqual([
      ['2026-05-09T20:00', 0],
      ['2026-05-09T21:00', 0],
    ]);
    expect(times(rows, 'previous').map(([, count]) => count)).toEqual([1, 1, 1, 1]);
    const later = { from: '2026-05-10T20:00Z', to: '2026-05-11T00:00Z', now: '2026-05-10T22:00Z' };
    expect(
      times(await table.rows({ ...hours, timezone: 'UTC', compare: 'day', fill: 'zero' }, later), 'previous')
    ).toEqual([20, 21, 22, 23].map((hour) => [`2026-05-10T${String(hour)}:00`, 0]));
  });

  it.each([
    ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-30T22:00Z'],
    ['Europe/Berlin', '2026-10-24T22:00Z', '2026-10-26T23:00Z'],
    ['Europe/Berlin', '2026-03-27T10:17:00.500Z', '2026-03-31T03:04:05.678Z'],
    ['Asia/Kathmandu', '2026-02-28T18:15Z', '2026-03-31T18:15Z'],
    ['Asia/Shanghai', '2026-03-27T16:00Z', '2026-03-31T15:59:59.999Z'],
    ['America/New_York', '2026-03-30T04:00Z', '2026-04-01T04:00Z'],
  ])('adds up, in %s from %s to %s, to the column of the summary', async (timezone, from, to) => {
    const context = { from, to, now: '2027-01-01T00:00Z' };
    for (const compare of ['previous', 'day', 'week', 'month'] as const) {
      const query = { metrics: ['requests', 'cost'], timezone, compare };
      const [total] = await table.rows({ ...query, kind: 'summary', fill: 'zero' }, context);
      for (const interval of ['30m', '1h', '6h', 'day', 'week', 'month'] as const) {
        const rows = await table.rows({ ...query, interval }, context);
        const sum = (period: string, metric: string) =>
          rows.filter((row) => row['period'] === period).reduce((part, row) => part + Number(row[metric]), 0);
        expect([compare, interval, sum('current', 'requests'), sum('previous', 'requests')]).toEqual([
          compare,
          interval,
          total?.['requests'],
          // Null where the month before has no such days.
          total?.['requests_previous'] ?? 0,
        ]);
        expect(sum('previous', 'cost')).toBe(total?.['cost_previous'] ?? 0);
      }
    }
  });

  it('has nothing to compare with where the month before has no such days', async () => {
    // Noon of the 29th to 6 in the morning of the 30th of March.
    const context = { from: '2026-03-29T12:00Z', to: '2026-03-30T06:00Z', now: '2027-01-01T00:00Z' };
    const query = { metrics: ['requests'], compare: 'month' as const, filters: hourly };
    expect(await table.rows({ ...query, kind: 'summary' }, context)).toEqual([
      { requests: 18, previous: null, delta: null, delta_ratio: null },
    ]);
    expect(await table.rows({ ...query, interval: 'day', fill: 'zero' }, context)).toEqual([
      { time: '2026-03-29T00:00:00.000Z', period: 'current', requests: 12 },
      { time: '2026-03-30T00:00:00.000Z', period: 'current', requests: 6 },
    ]);
  });

  it('compares only the days that the month before has, hour by hour', async () => {
    // From 18:00 on the 28th to 6:00 on the 30th of March: of February only the last 6 hours.
    const context = { from: '2026-03-28T18:00Z', to: '2026-03-30T06:00Z', now: '2027-01-01T00:00Z' };
    const rows = await table.rows(
      { metrics: ['requests'], compare: 'month', interval: '1h', filters: hourly },
      context
    );
    expect(times(rows, 'previous')).toEqual(
      [18, 19, 20, 21, 22, 23].map((hour) => [`2026-03-28T${String(hour)}:00`, 1])
    );
  });

  it('answers a comparison of as many points as there may be', async () => {
    const from = Date.parse('2026-05-07T00:00Z');
    const context = questionContext({ from, to: from + 10_990 * 60_000, now: '2027-01-01T00:00Z' });
    const rows = await table.rows({ metrics: ['requests'], interval: '1m', compare: 'week', filters: hourly }, context);
    // To 15:10 on the 14th: all of the 7th and 8th of May. In the week before all of the 6th, and 15 of the 7th.
    expect([times(rows, 'current').length, times(rows, 'previous').length]).toEqual([48, 39]);
  });
});
