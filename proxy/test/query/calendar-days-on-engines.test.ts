import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';

const now = '2027-01-01T00:00Z';

/** Costs of 1, 2, 4 … of calls at these times, so that a sum says which it has. */
const calls = [
  // Europe/Berlin: 28 March begins at 23:00Z, the 29th (23 hours) at 23:00Z, the 30th at 22:00Z.
  ['2026-03-27 22:59:59.999', 1],
  ['2026-03-27 23:00:00.000', 2],
  ['2026-03-28 22:59:59.999', 4],
  ['2026-03-28 23:00:00.000', 8],
  // The moments before and after the clock is set forward.
  ['2026-03-29 00:59:59.999', 16],
  ['2026-03-29 01:00:00.000', 32],
  ['2026-03-29 21:59:59.999', 64],
  ['2026-03-29 22:00:00.000', 128],
  ['2026-03-30 21:59:59.999', 256],
  ['2026-03-30 22:00:00.000', 512],
  // 25 October (25 hours) begins at 22:00Z, the 26th at 23:00Z; 02:00 to 03:00 comes twice from 00:00Z on.
  ['2026-10-24 21:59:59.999', 1],
  ['2026-10-24 22:00:00.000', 2],
  ['2026-10-25 00:30:00.000', 4],
  ['2026-10-25 01:30:00.000', 8],
  ['2026-10-25 22:59:59.999', 16],
  ['2026-10-25 23:00:00.000', 32],
  // Asia/Kathmandu: days begin at 18:15Z. Asia/Shanghai: at 16:00Z.
  ['2026-07-01 15:59:59.999', 1],
  ['2026-07-01 16:00:00.000', 2],
  ['2026-07-01 18:14:59.999', 4],
  ['2026-07-01 18:15:00.000', 8],
  ['2026-07-02 15:59:59.999', 16],
  ['2026-07-02 16:00:00.000', 32],
  ['2026-07-02 18:14:59.999', 64],
  ['2026-07-02 18:15:00.000', 128],
] as const;

describeOnEngines('the days of a zone', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert(calls.map(([start_time, cost]) => ({ start_time, cost, provider: cost < 20 ? 'low' : 'high' })));
  });
  afterAll(() => table.close());

  it.each([
    [
      'Europe/Berlin',
      '2026-03-27T23:00Z',
      '2026-03-30T22:00Z',
      { '2026-03-27T23:00': 6, '2026-03-28T23:00': 120, '2026-03-29T22:00': 384 },
    ],
    [
      'Europe/Berlin',
      '2026-10-23T22:00Z',
      '2026-10-26T23:00Z',
      { '2026-10-23T22:00': 1, '2026-10-24T22:00': 30, '2026-10-25T23:00': 32 },
    ],
    [
      'Asia/Kathmandu',
      '2026-06-30T18:15Z',
      '2026-07-03T18:15Z',
      { '2026-06-30T18:15': 7, '2026-07-01T18:15': 120, '2026-07-02T18:15': 128 },
    ],
    [
      'Asia/Shanghai',
      '2026-06-30T16:00Z',
      '2026-07-03T16:00Z',
      { '2026-06-30T16:00': 1, '2026-07-01T16:00': 30, '2026-07-02T16:00': 224 },
    ],
  ])('have in %s from %s to %s the calls between its midnights', async (timezone, from, to, expected) => {
    const context = { from, to, now };
    const query = { metrics: ['cost'], timezone };
    const days = await table.rows({ ...query, interval: 'day' }, context);
    expect(Object.fromEntries(days.map((row) => [String(row['time']).slice(0, 16), row['cost']]))).toEqual(expected);
    // Together they are the whole, by any interval, by groups, and as a question of a day each.
    const total = Object.values(expected).reduce((sum, cost) => sum + cost, 0);
    expect(await table.rows({ ...query, kind: 'summary' }, context)).toEqual([{ cost: total }]);
    for (const interval of ['1m', '30m', '1h', '6h', 'day', 'week', 'month'] as const) {
      const rows = await table.rows({ ...query, interval, groupBy: ['provider'] }, context);
      expect([interval, rows.reduce((sum, row) => sum + Number(row['cost']), 0)]).toEqual([interval, total]);
    }
    const midnights = [...days.map((row) => String(row['time'])), to];
    for (const [index, day] of days.entries()) {
      const one = { from: midnights[index] ?? '', to: midnights[index + 1] ?? '', now };
      expect(await table.rows({ ...query, kind: 'summary' }, one)).toEqual([{ cost: day['cost'] }]);
    }
  });

  it('are compared with the days before them over both changes of the clock', async () => {
    const compared = async (from: string, to: string) => {
      const query = { metrics: ['cost'], timezone: 'Europe/Berlin', compare: 'day' as const };
      const [row] = await table.rows({ ...query, kind: 'summary' }, { from, to, now });
      return [row?.['cost'], row?.['previous']];
    };
    expect(await compared('2026-03-28T23:00Z', '2026-03-29T22:00Z')).toEqual([120, 6]);
    expect(await compared('2026-03-29T22:00Z', '2026-03-30T22:00Z')).toEqual([384, 120]);
    expect(await compared('2026-10-24T22:00Z', '2026-10-25T23:00Z')).toEqual([30, 1]);
    expect(await compared('2026-10-25T23:00Z', '2026-10-26T23:00Z')).toEqual([32, 30]);
  });
});

describeOnEngines('the days of a zone that times are stored in', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine, { metricsTimezone: 'Europe/Berlin' });
    await table.insert(
      [
        ['2026-03-28 23:59:59.999', 1],
        ['2026-03-29 00:00:00.000', 2],
        // Not on the clock: read as 03:00.
        ['2026-03-29 02:30:00.000', 4],
        ['2026-03-29 23:59:59.999', 8],
        ['2026-03-30 00:00:00.000', 16],
        ['2026-10-25 00:00:00.000', 1],
        // Twice on the clock: read as the first.
        ['2026-10-25 02:30:00.000', 2],
        ['2026-10-25 23:59:59.999', 4],
        ['2026-10-26 00:00:00.000', 8],
      ].map(([start_time, cost]) => ({ start_time: String(start_time), cost: Number(cost) }))
    );
  });
  afterAll(() => table.close());

  it('have their calls, and stand beside the day before', async () => {
    const query = { metrics: ['cost'], timezone: 'Europe/Berlin', interval: 'day' as const, compare: 'day' as const };
    const rows = async (from: string, to: string) =>
      (await table.rows(query, { from, to, now })).map(({ time, period, cost }) => [
        String(time).slice(0, 10),
        period,
        cost,
      ]);
    expect(await rows('2026-03-28T23:00Z', '2026-03-30T22:00Z')).toEqual([
      ['2026-03-28', 'current', 14],
      ['2026-03-28', 'previous', 1],
      ['2026-03-29', 'current', 16],
      ['2026-03-29', 'previous', 14],
    ]);
    expect(await rows('2026-10-24T22:00Z', '2026-10-26T23:00Z')).toEqual([
      ['2026-10-24', 'current', 7],
      ['2026-10-25', 'current', 8],
      ['2026-10-25', 'previous', 7],
    ]);
  });

  it('count for the month and the last hour as they are on the clock', async () => {
    const context = { from: '2026-10-25T00:00Z', to: '2026-10-25T02:00Z', now: '2026-10-25T02:00Z' };
    const query = { kind: 'summary' as const, metrics: ['cost_mtd'], timezone: 'Europe/Berlin' };
    expect(await table.rows(query, context)).toEqual([{ cost_mtd: 3 }]);
  });
});
