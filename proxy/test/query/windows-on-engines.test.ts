import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type Call, openMetrics, type OpenMetrics } from './open-metrics.ts';

type Engine = Parameters<Parameters<typeof describeOnEngines>[1]>[0];

/** A table with these calls for the tests of a suite; `[start_time, cost, rest]` each. */
function withCalls(engine: Engine, calls: [string, string | null, Call?][]): () => OpenMetrics {
  let table: OpenMetrics | undefined;
  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert(calls.map(([start_time, cost, rest]) => ({ start_time, cost, provider: 'p', ...rest })));
  });
  afterAll(async () => table?.close());
  return () => {
    if (table === undefined) {
      throw new Error('The table is not open yet');
    }
    return table;
  };
}

const byProvider = { kind: 'summary' as const, groupBy: ['provider'] };
const only = (provider: string) => [{ key: 'provider', operator: '=' as const, values: [provider] }];

/*
 * May has 31 days. At noon of the 11th 10.5 have passed and 20.5 remain; the 7 full days are the 4th to the 10th.
 * p: 100 before May, 7 in May before the 4th, 1 a day from the 4th on, 3 on the 11th. q: from the 8th on only.
 */
describeOnEngines('metrics of the month to date', (engine) => {
  const table = withCalls(engine, [
    ['2026-04-30 23:59:59.999', '100'],
    ['2026-05-01 00:00:00.000', '4'],
    ['2026-05-03 23:59:59.999', '3'],
    ['2026-05-04 00:00:00.000', '1'],
    ...[5, 6, 7, 8, 9].map((day): [string, string] => [`2026-05-0${String(day)} 13:00:00.000`, '1']),
    ['2026-05-10 23:59:59.999', '1'],
    ['2026-05-11 00:00:00.000', '2'],
    ['2026-05-11 11:59:59.999', '1'],
    ['2026-05-11 12:00:00.000', '1000'],
    // Without a cost: counted nowhere.
    ['2026-05-11 01:00:00.000', null],
    ['2026-05-08 10:00:00.000', '6', { provider: 'q' }],
    ['2026-05-10 10:00:00.000', '3', { provider: 'q' }],
    // Two days behind it are too few for a forecast.
    ['2026-05-09 10:00:00.000', '5', { provider: 'r' }],
    ['2026-04-30 10:00:00.000', '5', { provider: 'before' }],
  ]);
  const month = ['cost_mtd', 'cost_forecast_month', 'budget_used', 'budget_burn_rate'];
  // The range begins long after the month, and ends after now.
  const range = { from: '2026-05-11T11:00Z', to: '2026-05-12T00:00Z', now: '2026-05-11T12:00Z' };
  const expected = {
    // 7 + 7 + 3; the forecast adds 20.5 days of 1.
    p: {
      provider: 'p',
      cost_mtd: 17,
      cost_forecast_month: 37.5,
      budget_used: 0.17,
      budget_burn_rate: 0.17 / (10.5 / 31),
    },
    // Days count from the 8th on: 9 in 3 days, the 9th was for nothing.
    q: { provider: 'q', cost_mtd: 9, cost_forecast_month: 9 + 20.5 * 3, budget_used: 0.09 },
    r: { provider: 'r', cost_mtd: 5, cost_forecast_month: null, budget_used: 0.05 },
  };

  it('are as of now, from the start of the month, by groups', async () => {
    const rows = await table().rows({ ...byProvider, metrics: month, parameters: { budget: 100 } }, range);
    expect(rows).toEqual([
      { ...expected.p, budget_burn_rate: expect.closeTo(expected.p.budget_burn_rate, 12) as number },
      { ...expected.q, budget_burn_rate: expect.closeTo((0.09 * 31) / 10.5, 12) as number },
      { ...expected.r, budget_burn_rate: expect.closeTo((0.05 * 31) / 10.5, 12) as number },
    ]);
  });

  it('are as of the end of the range where that is earlier', async () => {
    const query = { kind: 'summary' as const, metrics: ['cost_mtd', 'cost_forecast_month'], filters: only('p') };
    // The whole of the 10th: its end belongs to it. 14 in 10 days, 21 are left.
    const day = { from: '2026-05-10T00:00Z', to: '2026-05-11T00:00Z', now: '2026-06-20T00:00Z' };
    expect(await table().rows(query, day)).toEqual([{ cost_mtd: 14, cost_forecast_month: 35 }]);
    // The end of April: the whole of it, of which nothing remains; one day with calls is too few.
    const april = { from: '2026-04-01T00:00Z', to: '2026-05-01T00:00Z', now: '2026-06-20T00:00Z' };
    expect(await table().rows(query, april)).toEqual([{ cost_mtd: 100, cost_forecast_month: null }]);
    expect(await table().rows({ ...query, metrics: ['budget_burn_rate'], parameters: { budget: 50 } }, april)).toEqual([
      { budget_burn_rate: 2 },
    ]);
  });

  it('are of the month in the zone', async () => {
    const query = { kind: 'summary' as const, metrics: ['cost_mtd'], filters: only('p') };
    // In Shanghai May begins at 16:00Z on 30 April.
    expect(await table().rows({ ...query, timezone: 'Asia/Shanghai' }, range)).toEqual([{ cost_mtd: 117 }]);
    // In New York at 04:00Z on the 1st.
    expect(await table().rows({ ...query, timezone: 'America/New_York' }, range)).toEqual([{ cost_mtd: 13 }]);
  });

  it('add up to that of all groups where they may be added up', async () => {
    const query = { kind: 'summary' as const, metrics: ['cost_mtd', 'budget_used'], parameters: { budget: 100 } };
    expect(await table().rows(query, range)).toEqual([{ cost_mtd: 31, budget_used: 0.31 }]);
  });

  it('stand beside metrics of the range, which has its own groups', async () => {
    const rows = await table().rows({ ...byProvider, metrics: ['cost', 'requests', 'cost_mtd'] }, range);
    expect(rows).toEqual([
      // To the range's end, which is after now.
      { provider: 'p', cost: 1001, requests: 2, cost_mtd: 17 },
      { provider: 'q', cost: null, requests: null, cost_mtd: 9 },
      { provider: 'r', cost: null, requests: null, cost_mtd: 5 },
    ]);
  });

  it('are compared with the month before as of the same day', async () => {
    const rows = await table().rows(
      { ...byProvider, metrics: ['cost_mtd'], compare: 'month' },
      { from: '2026-06-01T00:00Z', to: '2026-07-01T00:00Z', now: '2026-06-09T12:00Z' }
    );
    // To noon of 9 May.
    expect(rows).toEqual([
      { provider: 'p', cost_mtd: 0, previous: 12, delta: -12, delta_ratio: -1 },
      { provider: 'q', cost_mtd: 0, previous: 6, delta: -6, delta_ratio: -1 },
      { provider: 'r', cost_mtd: 0, previous: 5, delta: -5, delta_ratio: -1 },
    ]);
  });

  it('leave out groups with too few calls in the month', async () => {
    const rows = await table().rows({ ...byProvider, metrics: ['cost_mtd'], minRequests: 2 }, range);
    // p has 10 with a cost, q has 2, r has 1.
    expect(rows.map(({ provider }) => provider)).toEqual(['p', 'q']);
  });

  it('rank groups', async () => {
    const top = { limit: 2, by: 'cost_mtd', other: true };
    expect(await table().rows({ ...byProvider, metrics: ['cost_mtd'], top }, range)).toEqual([
      { provider: 'p', cost_mtd: 17 },
      { provider: 'q', cost_mtd: 9 },
      { provider: '(other)', cost_mtd: 5 },
    ]);
  });

  it('say once how many calls were left out, of the month', async () => {
    const { notices } = await table().answer(
      { kind: 'summary', metrics: ['cost_mtd', 'requests', 'budget_used'], parameters: { budget: 100 } },
      range
    );
    expect(notices[0]?.text).toBe('Cost, month to date; Budget used: 1 call without a value left out.');
  });

  it('are null, or 0 if asked for, where there are no calls', async () => {
    const query = { kind: 'summary' as const, metrics: month, parameters: { budget: 100 } };
    const empty = { from: '2026-01-01T00:00Z', to: '2026-01-02T00:00Z', now: '2026-06-01T00:00Z' };
    expect(await table().rows(query, empty)).toEqual([]);
    expect(await table().rows({ ...query, fill: 'zero' }, empty)).toEqual([
      { cost_mtd: 0, cost_forecast_month: null, budget_used: 0, budget_burn_rate: 0 },
    ]);
  });
});

describeOnEngines('cost_forecast_month over a change of daylight saving', (engine) => {
  const table = withCalls(engine, [
    // 23 to 29 March in Berlin: the first and the last moment of each end, and one in each day between.
    ['2026-03-22 22:59:59.999', '1000'],
    ['2026-03-22 23:00:00.000', '7'],
    ['2026-03-29 21:59:59.999', '7'],
    ['2026-03-29 22:00:00.000', '1'],
  ]);

  it('counts days of 23 hours as days', async () => {
    const query = { kind: 'summary' as const, metrics: ['cost_forecast_month'], timezone: 'Europe/Berlin' };
    const range = { from: '2026-03-30T00:00Z', to: '2026-03-30T10:00Z', now: '2026-03-30T10:00Z' };
    // Noon of the 30th: 1015 so far, and 1.5 days of 14 / 7.
    expect(await table().rows(query, range)).toEqual([{ cost_forecast_month: 1018 }]);
  });
});

/*
 * The last full hour at 12:34 on 29 May is 11:00. Before it cost 1, 2, 3 and 2: mean 2, standard deviation √(2/3).
 */
describeOnEngines('cost_zscore', (engine) => {
  const table = withCalls(engine, [
    ['2026-05-29 10:59:59.999', '100'],
    ['2026-05-29 11:00:00.000', '3'],
    ['2026-05-29 11:59:59.999', '1'],
    ['2026-05-29 12:00:00.000', '100'],
    ['2026-05-22 10:59:59.999', '100'],
    ['2026-05-22 11:00:00.000', '1'],
    ['2026-05-22 12:00:00.000', '100'],
    ['2026-05-15 11:30:00.000', '2'],
    ['2026-05-08 11:59:59.999', '3'],
    ['2026-05-01 11:00:00.000', '2'],
    ['2026-04-24 11:00:00.000', '100'],
    // The first hour is missing from q, two from r; s costs the same each time, and t nothing in the last hour.
    ...(['2026-05-29', '2026-05-22', '2026-05-15', '2026-05-08'] as const).map((day, index): [string, string, Call] => [
      `${day} 11:10:00.000`,
      ['5', '1', '2', '3'][index] ?? '',
      { provider: 'q' },
    ]),
    ...['2026-05-29', '2026-05-22', '2026-05-15'].map((day, index): [string, string, Call] => [
      `${day} 11:10:00.000`,
      String(index + 1),
      { provider: 'r' },
    ]),
    ...['2026-05-29', '2026-05-22', '2026-05-15', '2026-05-08'].map((day, index): [string, string, Call] => [
      `${day} 11:10:00.000`,
      index === 0 ? '5' : '0.1',
      { provider: 's' },
    ]),
    ...['2026-05-22', '2026-05-15', '2026-05-08'].map((day, index): [string, string, Call] => [
      `${day} 11:10:00.000`,
      String(index + 1),
      { provider: 't' },
    ]),
    ['2026-05-29 11:10:00.000', null, { provider: 't' }],
  ]);
  const range = { from: '2026-05-29T12:00Z', to: '2026-05-29T12:34Z', now: '2026-06-01T00:00Z' };

  it('says how far the last full hour is from the same hour of 4 weeks', async () => {
    const query = { kind: 'summary' as const, metrics: ['cost_zscore'], filters: only('p') };
    const [row] = await table().rows(query, range);
    expect(row).toEqual({ cost_zscore: expect.closeTo(2 / Math.sqrt(2 / 3), 12) as number });
  });

  it('needs 3 hours to compare with, a spread, and the hour itself', async () => {
    const rows = await table().rows({ ...byProvider, metrics: ['cost_zscore', 'requests'], minRequests: 0 }, range);
    const scores = new Map(rows.map(({ provider, cost_zscore: score }) => [provider, score]));
    // q: 5 against 1, 2 and 3: mean 2, standard deviation 1.
    expect(scores).toEqual(
      new Map([
        ['p', expect.closeTo(2 / Math.sqrt(2 / 3), 12) as number],
        ['q', 3],
      ])
    );
  });

  it('has the hour that ends with the range', async () => {
    const query = { kind: 'summary' as const, metrics: ['cost_zscore'], filters: only('q') };
    const to = (time: string) => ({ from: '2026-05-29T00:00Z', to: time, now: '2026-06-01T00:00Z' });
    expect(await table().rows(query, to('2026-05-29T12:00Z'))).toEqual([{ cost_zscore: 3 }]);
    expect(await table().rows(query, to('2026-05-29T11:59:59.999Z'))).toEqual([]);
    expect(await table().rows(query, to('2026-05-29T12:59:59.999Z'))).toEqual([{ cost_zscore: 3 }]);
    expect(await table().rows(query, to('2026-05-29T13:00Z'))).toEqual([]);
  });

  it('counts the calls of the last hour for minRequests', async () => {
    const query = { ...byProvider, metrics: ['cost_zscore'], minRequests: 2 };
    expect((await table().rows(query, range)).map(({ provider }) => provider)).toEqual(['p']);
  });
});

describeOnEngines('cost_zscore over a change of daylight saving', (engine) => {
  // 09:00 in Berlin on Mondays: 07:00Z in summer, which began on 29 March, and 08:00Z in winter.
  const table = withCalls(engine, [
    ['2026-04-06 07:30:00.000', '5'],
    ['2026-03-30 07:30:00.000', '1'],
    ['2026-03-23 08:30:00.000', '2'],
    ['2026-03-16 08:30:00.000', '3'],
    ['2026-03-23 07:30:00.000', '100'],
    ['2026-03-16 07:30:00.000', '200'],
    ['2026-03-30 08:30:00.000', '400'],
  ]);

  it("compares with the same hour of the zone's clock", async () => {
    const range = { from: '2026-04-06T00:00Z', to: '2026-04-06T08:10Z', now: '2026-04-06T08:10Z' };
    const query = { kind: 'summary' as const, metrics: ['cost_zscore'] };
    expect(await table().rows({ ...query, timezone: 'Europe/Berlin' }, range)).toEqual([{ cost_zscore: 3 }]);
    // In UTC 07:00 of those days cost 1, 100 and 200.
    const mean = 301 / 3;
    const spread = Math.sqrt(((1 - mean) ** 2 + (100 - mean) ** 2 + (200 - mean) ** 2) / 2);
    expect(await table().rows({ ...query, timezone: 'UTC' }, range)).toEqual([
      { cost_zscore: expect.closeTo((5 - mean) / spread, 12) as number },
    ]);
  });
});

describeOnEngines('slow_ratio', (engine) => {
  const table = withCalls(
    engine,
    [9_999, 10_000, 10_001, 500, null].map((total_time): [string, null, Call] => [
      '2026-05-01 12:00:00.000',
      null,
      { total_time },
    ])
  );

  it.each([
    [{}, 0.25],
    [{ slowMs: 10_000 }, 0.25],
    [{ slowMs: 9_999 }, 0.5],
    [{ slowMs: 499.5 }, 1],
    [{ slowMs: 10_001 }, 0],
  ])('counts with %j calls that take longer, of those with a duration: %d', async (parameters, expected) => {
    const rows = await table().rows({ kind: 'summary', metrics: ['slow_ratio'], parameters });
    expect(rows).toEqual([{ slow_ratio: expected }]);
  });

  it('says what is slow', async () => {
    const { notices } = await table().answer({ kind: 'summary', metrics: ['slow_ratio'], parameters: { slowMs: 500 } });
    expect(notices.map(({ text }) => text)).toEqual([
      'Slow calls: 1 call without a value left out.',
      'A call is slow that takes longer than 500 ms.',
    ]);
  });
});

describeOnEngines('cost_share', (engine) => {
  const table = withCalls(engine, [
    ['2026-05-01 10:00:00.000', '6'],
    ['2026-05-01 10:10:00.000', '3', { provider: 'q' }],
    ['2026-05-01 10:20:00.000', '1', { provider: 'r' }],
    ['2026-05-01 11:00:00.000', '1'],
    ['2026-05-01 11:00:00.000', null, { provider: 'q' }],
    ['2026-05-01 11:00:00.000', '3', { provider: 'r' }],
    // Nothing was paid in this hour.
    ['2026-05-01 12:00:00.000', '0'],
    // Before the range.
    ['2026-04-30 23:00:00.000', '1', { provider: 'q' }],
    ['2026-04-30 23:00:00.000', '3', { provider: 'old' }],
  ]);
  const shares = async (query: object) =>
    (await table().rows({ groupBy: ['provider'], metrics: ['cost_share'], ...query })).map((row) => Object.values(row));

  it("is a group's part of the window", async () => {
    expect(await shares({ kind: 'summary' })).toEqual([
      ['p', 7 / 14],
      ['q', 3 / 14],
      ['r', 4 / 14],
    ]);
  });

  it('is a part of its bucket, null in one that cost nothing', async () => {
    const at = (hour: number) => `2026-05-01T${String(hour)}:00:00.000Z`;
    expect(await shares({ interval: '1h' })).toEqual([
      [at(10), 'p', 0.6],
      [at(10), 'q', 0.3],
      [at(10), 'r', 0.1],
      [at(11), 'p', 0.25],
      [at(11), 'r', 0.75],
    ]);
  });

  it('is 0 of what others cost, where it is filled, and null where nothing did', async () => {
    const filters = [{ key: 'cost', operator: '!=' as const, values: [6] }];
    const at = (hour: number) => `2026-05-01T${String(hour)}:00:00.000Z`;
    expect(await shares({ interval: '1h', fill: 'zero', filters })).toEqual([
      [at(10), 'p', 0],
      [at(10), 'q', 0.75],
      [at(10), 'r', 0.25],
      [at(11), 'p', 0.25],
      [at(11), 'q', 0],
      [at(11), 'r', 0.75],
    ]);
  });

  it('counts groups that top leaves out', async () => {
    const top = { limit: 1, by: 'cost', other: false };
    expect(await shares({ kind: 'summary', top })).toEqual([['p', 0.5]]);
    expect(await shares({ kind: 'summary', top: { ...top, other: true } })).toEqual([
      ['p', 0.5],
      ['(other)', 0.5],
    ]);
    expect(await shares({ interval: 'day', top })).toEqual([['2026-05-01T00:00:00.000Z', 'p', 0.5]]);
  });

  it('ranks', async () => {
    expect(await shares({ kind: 'summary', top: { limit: 2, by: 'cost_share', other: false } })).toEqual([
      ['p', 7 / 14],
      ['r', 4 / 14],
    ]);
  });

  it('keeps to filters', async () => {
    const filters = [{ key: 'provider', operator: '!=' as const, values: ['p'] }];
    expect(await shares({ kind: 'summary', filters })).toEqual([
      ['q', 3 / 7],
      ['r', 4 / 7],
    ]);
  });

  it('is compared with the share of the period before, of all of its groups', async () => {
    expect(await shares({ kind: 'summary', compare: 'previous' })).toEqual([
      ['old', 0, 0.75, -0.75, -1],
      ['p', 0.5, 0, 0.5, null],
      ['q', 3 / 14, 0.25, 3 / 14 - 0.25, (3 / 14 - 0.25) / 0.25],
      ['r', 4 / 14, 0, 4 / 14, null],
    ]);
  });
});
