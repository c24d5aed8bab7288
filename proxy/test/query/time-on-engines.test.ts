import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { defaultLimits } from './question-context.ts';

const hour = 3_600_000;
const stored = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** A call at each step from `from` to before `to`. */
function callsEvery(step: number, from: string, to: string) {
  const calls = [];
  for (let time = Date.parse(from); time < Date.parse(to); time += step) {
    calls.push({ start_time: stored(time), cost: '0.00000001' });
  }
  return calls;
}

describeOnEngines('answerQuery in time', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    // Every half hour around both changes of Europe/Berlin in 2026, and in July.
    for (const [from, to] of [
      ['2026-03-27T00:00Z', '2026-04-02T00:00Z'],
      ['2026-10-23T00:00Z', '2026-10-28T00:00Z'],
      ['2026-07-01T00:00Z', '2026-07-03T00:00Z'],
    ] as const) {
      await table.insert(callsEvery(hour / 2, from, to));
    }
  });
  afterAll(async () => {
    await table.close();
  });

  const counts = async (interval: string, timezone: string, from: string, to: string) => {
    const query = { interval, timezone, metrics: ['requests', 'cost'] } as never;
    const rows = await table.rows(query, { from, to, now: '2027-01-01T00:00Z' });
    return Object.fromEntries(rows.map((row) => [String(row['time']).replace(':00.000Z', 'Z'), row['requests']]));
  };

  it.each([
    [
      'day',
      'Europe/Berlin',
      '2026-03-27T23:00Z',
      '2026-03-30T22:00Z',
      { '2026-03-27T23:00Z': 48, '2026-03-28T23:00Z': 46, '2026-03-29T22:00Z': 48 },
    ],
    [
      'day',
      'Europe/Berlin',
      '2026-10-23T22:00Z',
      '2026-10-26T23:00Z',
      { '2026-10-23T22:00Z': 48, '2026-10-24T22:00Z': 50, '2026-10-25T23:00Z': 48 },
    ],
    [
      '6h',
      'Europe/Berlin',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
      { '2026-03-28T23:00Z': 10, '2026-03-29T04:00Z': 12, '2026-03-29T10:00Z': 12, '2026-03-29T16:00Z': 12 },
    ],
    [
      '6h',
      'Europe/Berlin',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
      { '2026-10-24T22:00Z': 14, '2026-10-25T05:00Z': 12, '2026-10-25T11:00Z': 12, '2026-10-25T17:00Z': 12 },
    ],
    [
      '1h',
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      '2026-10-25T03:00Z',
      { '2026-10-25T00:00Z': 2, '2026-10-25T01:00Z': 2, '2026-10-25T02:00Z': 2 },
    ],
    [
      'day',
      'Asia/Kathmandu',
      '2026-07-01T00:00Z',
      '2026-07-02T18:15Z',
      // 00:00–18:15 holds 00:00 … 18:00, the next day 18:30 … 18:00.
      { '2026-06-30T18:15Z': 37, '2026-07-01T18:15Z': 48 },
    ],
    [
      '1h',
      'Asia/Kolkata',
      '2026-07-01T00:00Z',
      '2026-07-01T02:00Z',
      { '2026-06-30T23:30Z': 1, '2026-07-01T00:30Z': 2, '2026-07-01T01:30Z': 1 },
    ],
    [
      'day',
      'Pacific/Kiritimati',
      '2026-07-01T10:00Z',
      '2026-07-02T12:00Z',
      { '2026-07-01T10:00Z': 48, '2026-07-02T10:00Z': 4 },
    ],
    [
      'week',
      'Europe/Berlin',
      '2026-03-28T00:00Z',
      '2026-03-31T00:00Z',
      // Monday the 30th begins at 22:00Z on Sunday: 46 h, then 26.
      { '2026-03-22T23:00Z': 92, '2026-03-29T22:00Z': 52 },
    ],
    [
      'month',
      'Europe/Berlin',
      '2026-03-31T00:00Z',
      '2026-04-01T12:00Z',
      { '2026-02-28T23:00Z': 44, '2026-03-31T22:00Z': 28 },
    ],
    [
      '15m',
      'UTC',
      '2026-07-01T00:00:00.001Z',
      '2026-07-01T01:00:00.001Z',
      { '2026-07-01T00:30Z': 1, '2026-07-01T01:00Z': 1 },
    ],
  ] as const)('counts calls by %s in %s from %s to %s', async (interval, timezone, from, to, expected) => {
    expect(await counts(interval, timezone, from, to)).toEqual(expected);
  });

  it.each(['1h', '6h', 'day', 'week', 'month'] as const)('adds up to the total by %s in any zone', async (interval) => {
    const range = { from: '2026-03-01T00:00Z', to: '2026-12-01T00:00Z', now: '2027-01-01T00:00Z' };
    // 6, 5 and 2 days of 48 calls.
    const [total] = await table.rows({ kind: 'summary', metrics: ['requests', 'cost'] }, range);
    expect(total).toEqual({ requests: 624, cost: 0.000_006_24 });
    for (const timezone of [
      'UTC',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Africa/Cairo',
    ]) {
      const rows = await table.rows({ metrics: ['requests'], interval, timezone }, range);
      expect(rows.reduce((sum, row) => sum + Number(row['requests']), 0)).toBe(624);
    }
  });

  it('has the call at the start of a range and not the one at its end', async () => {
    const total = async (from: string, to: string) =>
      (await table.rows({ kind: 'summary', fill: 'zero' }, { from, to, now: '2027-01-01T00:00Z' }))[0]?.['requests'];
    expect(await total('2026-07-01T00:00:00.000Z', '2026-07-01T00:30:00.000Z')).toBe(1);
    expect(await total('2026-07-01T00:00:00.000Z', '2026-07-01T00:30:00.001Z')).toBe(2);
    expect(await total('2026-07-01T00:00:00.001Z', '2026-07-01T00:30:00.000Z')).toBe(0);
  });

  it('answers about any time at all', async () => {
    const limits = { ...defaultLimits, rangeDays: 100_000 };
    for (const [from, to] of [
      [0, 100_000_000_000],
      ['2037-06-01T00:00Z', '2038-06-01T00:00Z'],
      ['2106-01-01T00:00Z', '2106-12-31T00:00Z'],
      ['9998-01-01T00:00Z', '9999-01-01T00:00Z'],
    ] as const) {
      for (const timezone of ['America/New_York', 'Pacific/Kiritimati']) {
        expect(await table.rows({ interval: 'month', timezone }, { from, to, limits })).toEqual([]);
        expect(await table.rows({ kind: 'summary' }, { from, to, limits })).toEqual([]);
      }
    }
  });

  it('counts buckets from 1970 on, west of Greenwich', async () => {
    await table.insert([{ start_time: '1970-01-01 00:00:01.000' }, { start_time: '1970-01-01 05:00:00.000' }]);
    const context = { from: 0, to: 100_000_000_000, limits: { ...defaultLimits, rangeDays: 4000 } };
    expect(await table.rows({ interval: 'day', timezone: 'America/New_York' }, context)).toEqual([
      { time: '1969-12-31T05:00:00.000Z', requests: 1 },
      { time: '1970-01-01T05:00:00.000Z', requests: 1 },
    ]);
  });
});

describeOnEngines('answerQuery of times stored in Europe/Berlin', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine, { metricsTimezone: 'Europe/Berlin' });
    // Wall-clock times: a call at each full and half hour of both days, so 48 a day, and the same of the day after.
    await table.insert([
      ...callsEvery(hour / 2, '2026-03-29T00:00Z', '2026-03-31T00:00Z'),
      ...callsEvery(hour / 2, '2026-10-25T00:00Z', '2026-10-27T00:00Z'),
    ]);
  });
  afterAll(async () => {
    await table.close();
  });

  const counts = async (interval: string, timezone: string, from: string, to: string) => {
    const query = { interval, timezone } as never;
    const rows = await table.rows(query, { from, to, now: '2027-01-01T00:00Z' });
    return rows.map((row) => [String(row['time']).replace(':00.000Z', 'Z'), row['requests']]);
  };

  it('has every call of both days once', async () => {
    expect(await counts('day', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-30T22:00Z')).toEqual([
      ['2026-03-28T23:00Z', 48],
      ['2026-03-29T22:00Z', 48],
    ]);
    expect(await counts('day', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-26T23:00Z')).toEqual([
      ['2026-10-24T22:00Z', 48],
      ['2026-10-25T23:00Z', 48],
    ]);
  });

  it('reads the repeated hour as its first occurrence', async () => {
    expect(await counts('1h', 'UTC', '2026-10-24T23:00Z', '2026-10-25T03:00Z')).toEqual([
      ['2026-10-24T23:00Z', 2],
      ['2026-10-25T00:00Z', 2],
      ['2026-10-25T02:00Z', 2],
    ]);
    expect(await counts('1h', 'UTC', '2026-10-25T01:10Z', '2026-10-25T01:50Z')).toEqual([]);
    expect(await counts('1h', 'UTC', '2026-10-25T00:10Z', '2026-10-25T01:50Z')).toEqual([['2026-10-25T00:00Z', 1]]);
  });

  it('reads the skipped hour as the first instant after it', async () => {
    expect(await counts('15m', 'UTC', '2026-03-29T00:30Z', '2026-03-29T01:45Z')).toEqual([
      ['2026-03-29T00:30Z', 1],
      // 02:00 and 02:30, which did not exist, and 03:00.
      ['2026-03-29T01:00Z', 3],
      ['2026-03-29T01:30Z', 1],
    ]);
    expect(await counts('15m', 'UTC', '2026-03-29T01:00Z', '2026-03-29T01:15Z')).toEqual([['2026-03-29T01:00Z', 3]]);
  });

  it('says when the first and the last call were', async () => {
    const context = { from: '2026-10-25T00:00Z', to: '2026-10-25T01:00Z', now: '2026-10-25T01:00Z' };
    expect(await table.rows({ kind: 'summary', metrics: ['first_seen', 'last_seen_age'] }, context)).toEqual([
      { first_seen: Date.parse('2026-10-25T00:00Z'), last_seen_age: 1800 },
    ]);
  });
});
