import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { defaultLimits } from './question-context.ts';

const minute = 60_000;
const stored = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** Calls at each step from `from` to before `to`. */
function callsEvery(step: number, from: string, to: string) {
  const calls = [];
  for (let time = Date.parse(from); time < Date.parse(to); time += step) {
    calls.push({ start_time: stored(time), provider: 'p', model_name: 'm', total_time: 100 });
  }
  return calls;
}

interface Asked {
  timezone: string;
  from: string | number;
  to: string | number;
}

/** The calls by the labels of a dimension, in the order of the answer. */
async function requestsBy(table: OpenMetrics, dimension: string, { timezone, from, to }: Asked) {
  const rows = await table.rows(
    { kind: 'summary', groupBy: [dimension], timezone },
    { from, to, now: '2027-01-01T00:00Z' }
  );
  return rows.map((row) => [row[dimension], row['requests']]);
}

const hours = (labels: string, requests: number) => labels.split(' ').map((label) => [label, requests]);

describeOnEngines('answerQuery by hour of day and day of week', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    // Every half hour around both changes of Europe/Berlin in 2026, and on the first of July, a Wednesday.
    await table.insert([
      ...callsEvery(30 * minute, '2026-03-27T00:00Z', '2026-04-01T00:00Z'),
      ...callsEvery(30 * minute, '2026-10-23T00:00Z', '2026-10-28T00:00Z'),
      ...callsEvery(30 * minute, '2026-07-01T00:00Z', '2026-07-02T00:00Z'),
    ]);
  });
  afterAll(() => table.close());

  it('has no hour that the clock skips', async () => {
    const sunday = { timezone: 'Europe/Berlin', from: '2026-03-28T23:00Z', to: '2026-03-29T22:00Z' };
    expect(await requestsBy(table, 'hour_of_day', sunday)).toEqual(
      hours('00 01 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23', 2)
    );
  });

  it('counts both occurrences of an hour that comes twice', async () => {
    const sunday = { timezone: 'Europe/Berlin', from: '2026-10-24T22:00Z', to: '2026-10-25T23:00Z' };
    expect(await requestsBy(table, 'hour_of_day', sunday)).toEqual([
      ...hours('00 01', 2),
      ['02', 4],
      ...hours('03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23', 2),
    ]);
  });

  it('has days of 23 and 25 hours, Monday first', async () => {
    const spring = { timezone: 'Europe/Berlin', from: '2026-03-27T23:00Z', to: '2026-03-30T22:00Z' };
    expect(await requestsBy(table, 'day_of_week', spring)).toEqual([
      ['Monday', 48],
      ['Saturday', 48],
      ['Sunday', 46],
    ]);
    const autumn = { timezone: 'Europe/Berlin', from: '2026-10-23T22:00Z', to: '2026-10-27T23:00Z' };
    expect(await requestsBy(table, 'day_of_week', autumn)).toEqual([
      ['Monday', 48],
      ['Tuesday', 48],
      ['Saturday', 48],
      ['Sunday', 50],
    ]);
  });

  it.each([
    // 18:00Z is 23:45, and 18:30Z is 00:15 of the next day.
    [
      'Asia/Kathmandu',
      [
        ['00', 1],
        ['23', 1],
      ],
      [
        ['Wednesday', 1],
        ['Thursday', 1],
      ],
    ],
    // 18:00Z and 18:30Z are 15:30 and 16:00.
    [
      'America/St_Johns',
      [
        ['15', 1],
        ['16', 1],
      ],
      [['Wednesday', 2]],
    ],
    ['Pacific/Kiritimati', [['08', 2]], [['Thursday', 2]]],
    ['UTC', [['18', 2]], [['Wednesday', 2]]],
  ])('tells the hour and the day in %s', async (timezone, byHour, byDay) => {
    const asked = { timezone, from: '2026-07-01T18:00Z', to: '2026-07-01T19:00Z' };
    expect(await requestsBy(table, 'hour_of_day', asked)).toEqual(byHour);
    expect(await requestsBy(table, 'day_of_week', asked)).toEqual(byDay);
  });

  it('groups by both at once, in the order of the clock', async () => {
    const rows = await table.rows(
      { kind: 'summary', groupBy: ['day_of_week', 'hour_of_day'], timezone: 'Europe/Berlin' },
      { from: '2026-10-25T21:30Z', to: '2026-10-26T00:30Z', now: '2027-01-01T00:00Z' }
    );
    expect(rows).toEqual([
      { day_of_week: 'Monday', hour_of_day: '00', requests: 2 },
      { day_of_week: 'Monday', hour_of_day: '01', requests: 1 },
      { day_of_week: 'Sunday', hour_of_day: '22', requests: 1 },
      { day_of_week: 'Sunday', hour_of_day: '23', requests: 2 },
    ]);
  });

  it('orders rows by the clock, not by text', async () => {
    const rows = await table.rows(
      {
        kind: 'summary',
        groupBy: ['day_of_week'],
        timezone: 'Europe/Berlin',
        order: { by: 'day_of_week', direction: 'desc' },
      },
      { from: '2026-10-23T22:00Z', to: '2026-10-27T23:00Z', now: '2027-01-01T00:00Z' }
    );
    expect(rows.map((row) => row['day_of_week'])).toEqual(['Sunday', 'Saturday', 'Tuesday', 'Monday']);
  });

  it('groups a time series, beside another dimension, and percentiles', async () => {
    const rows = await table.rows(
      {
        metrics: ['requests', 'latency_p95'],
        groupBy: ['model_name', 'hour_of_day'],
        timezone: 'Asia/Kathmandu',
        interval: 'day',
      },
      { from: '2026-07-01T17:00Z', to: '2026-07-01T19:00Z' }
    );
    expect(rows).toEqual([
      { time: '2026-06-30T18:15:00.000Z', model_name: 'm', hour_of_day: '22', requests: 1, latency_p95: 100 },
      { time: '2026-06-30T18:15:00.000Z', model_name: 'm', hour_of_day: '23', requests: 2, latency_p95: 100 },
      { time: '2026-07-01T18:15:00.000Z', model_name: 'm', hour_of_day: '00', requests: 1, latency_p95: 100 },
    ]);
  });

  it('knows the clock of 1969, west of Greenwich', async () => {
    await table.insert([{ start_time: '1970-01-01 00:00:01.000' }]);
    const limits = { ...defaultLimits, rangeDays: 4000 };
    const rows = await table.rows(
      { kind: 'summary', groupBy: ['day_of_week', 'hour_of_day'], timezone: 'America/New_York' },
      { from: 0, to: 100_000_000_000, limits }
    );
    expect(rows).toEqual([{ day_of_week: 'Wednesday', hour_of_day: '19', requests: 1 }]);
  });
});

describeOnEngines('answerQuery by hour of day and day of week over a year', (engine) => {
  const times: number[] = [];
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    for (let time = Date.parse('2026-01-01T00:00Z'); time < Date.parse('2027-01-01T00:00Z'); time += 337 * minute) {
      times.push(time);
    }
    await table.insert(times.map((time) => ({ start_time: stored(time) })));
  });
  afterAll(() => table.close());

  it('answers the hours of every weekday, which are more groups than series are allowed', async () => {
    const rows = await table.rows(
      { kind: 'summary', groupBy: ['day_of_week', 'hour_of_day'] },
      { from: '2026-01-01T00:00Z', to: '2027-01-01T00:00Z', now: '2027-01-01T00:00Z' }
    );
    expect(rows).toHaveLength(168);
    expect(rows.reduce((sum, row) => sum + Number(row['requests']), 0)).toBe(times.length);
  });

  it.each([
    'UTC',
    'Europe/Berlin',
    'Asia/Kathmandu',
    'Asia/Shanghai',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/St_Johns',
  ])('agrees with the clock of %s', async (timezone) => {
    const asked = { timezone, from: '2026-01-01T00:00Z', to: '2027-01-01T00:00Z' };
    const clock = (format: Intl.DateTimeFormatOptions) => {
      const formatter = new Intl.DateTimeFormat('en-US', { timeZone: timezone, ...format });
      const label = (time: number) => formatter.format(time);
      const counts = new Map<string, number>();
      times.forEach((time) => counts.set(label(time), (counts.get(label(time)) ?? 0) + 1));
      return Object.fromEntries(counts);
    };
    expect(Object.fromEntries(await requestsBy(table, 'hour_of_day', asked))).toEqual(
      clock({ hour: '2-digit', hourCycle: 'h23' })
    );
    expect(Object.fromEntries(await requestsBy(table, 'day_of_week', asked))).toEqual(clock({ weekday: 'long' }));
  });
});

describeOnEngines('answerQuery by hour of day of times stored in Europe/Berlin', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine, { metricsTimezone: 'Europe/Berlin' });
    await table.insert(
      [
        '2026-03-28 23:30:00.000',
        '2026-03-29 01:30:00.000',
        // The clock went from 02:00 to 03:00: read as 03:00, which is 01:00Z.
        '2026-03-29 02:30:00.000',
        '2026-03-29 03:00:00.000',
        // The clock went from 03:00 back to 02:00: read as the first time, 00:30Z.
        '2026-10-25 02:30:00.000',
        '2026-10-25 03:30:00.000',
      ].map((start_time) => ({ start_time }))
    );
  });
  afterAll(() => table.close());

  const spring = { from: '2026-03-28T22:00Z', to: '2026-03-29T22:00Z' };
  const autumn = { from: '2026-10-24T22:00Z', to: '2026-10-25T23:00Z' };

  it.each([
    [
      'Europe/Berlin',
      spring,
      [
        ['01', 1],
        ['03', 2],
        ['23', 1],
      ],
      [
        ['Saturday', 1],
        ['Sunday', 3],
      ],
    ],
    [
      'UTC',
      spring,
      [
        ['00', 1],
        ['01', 2],
        ['22', 1],
      ],
      [
        ['Saturday', 1],
        ['Sunday', 3],
      ],
    ],
    // 22:30Z, 00:30Z and 01:00Z are 04:15, 06:15 and 06:45.
    [
      'Asia/Kathmandu',
      spring,
      [
        ['04', 1],
        ['06', 3],
      ],
      [['Sunday', 4]],
    ],
    // 01:00Z is 22:00 on the day before.
    [
      'America/Sao_Paulo',
      spring,
      [
        ['19', 1],
        ['21', 1],
        ['22', 2],
      ],
      [['Saturday', 4]],
    ],
    [
      'Europe/Berlin',
      autumn,
      [
        ['02', 1],
        ['03', 1],
      ],
      [['Sunday', 2]],
    ],
    [
      'UTC',
      autumn,
      [
        ['00', 1],
        ['02', 1],
      ],
      [['Sunday', 2]],
    ],
  ])('tells the hour and the day in %s', async (timezone, range, byHour, byDay) => {
    expect(await requestsBy(table, 'hour_of_day', { timezone, ...range })).toEqual(byHour);
    expect(await requestsBy(table, 'day_of_week', { timezone, ...range })).toEqual(byDay);
  });

  it('reads a range that begins with the skipped hour', async () => {
    const asked = { timezone: 'Asia/Kathmandu', from: '2026-03-29T01:00Z', to: '2026-03-29T02:00Z' };
    expect(await requestsBy(table, 'hour_of_day', asked)).toEqual([['06', 2]]);
  });
});
