import { describe, expect, it } from 'vitest';
import { autoInterval, bucketGrid, estimateBuckets, singleBucket } from '../../src/query/windows/buckets.ts';
import type { Interval } from '../../src/query/model/schema.ts';
import { positionOf } from './position-of.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (text: string) => Date.parse(text);
const wall = (text: string) => Date.parse(`${text}Z`);
const short = (ms: number) => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');

function starts(interval: Interval, zone: string, from: string, to: string): string[] {
  return bucketGrid(interval, zone, 'UTC', at(from), at(to)).buckets.map(({ start }) => short(start));
}

function hours(interval: Interval, zone: string, from: string, to: string): number[] {
  return bucketGrid(interval, zone, 'UTC', at(from), at(to)).buckets.map(({ start, end }) => (end - start) / hour);
}

describe('autoInterval', () => {
  it.each([
    // range, intervalMs, maxDataPoints
    [day, 1000, 1000, '5m'], // 86.4 s a point
    [hour, 1000, 1000, '1m'],
    [minute, 1, 1000, '1m'],
    [30 * day, 1000, 1000, '1h'], // 43 min
    [30 * day, 1000, 720, '1h'], // exactly an hour
    [30 * day, 1000, 719, '6h'],
    [90 * day, 1000, 100, 'day'], // 21.6 h
    [400 * day, 1000, 100, 'week'],
    [400 * day, 1000, 10, 'month'],
    [400 * day, 1000, 1, 'month'], // nothing is long enough
    [day, hour, 1000, '1h'],
    [day, hour + 1, 1000, '6h'],
    // Grafana's alert rules: 1 s and 43,200 points whatever the range.
    [day, 1000, 43_200, '5m'],
    [10 * minute, 1000, 43_200, '1m'],
  ] as const)('for %s ms with intervalMs %s and maxDataPoints %s is %s', (range, intervalMs, points, interval) => {
    expect(autoInterval(range, intervalMs, points)).toBe(interval);
  });
});

describe('estimateBuckets', () => {
  it.each([
    ['1m', hour, 61],
    ['day', 30 * day, 31],
    ['month', 28 * day, 2],
  ] as const)('%s over %s ms is at most %s', (interval, range, count) => {
    expect(estimateBuckets(interval, range)).toBe(count);
  });
});

describe('singleBucket', () => {
  it('is the range itself', () => {
    expect(singleBucket('UTC', at('2026-01-01T00:00:00.001Z'), at('2026-01-01T00:00:00.002Z'))).toEqual({
      buckets: [{ start: at('2026-01-01T00:00:00.001Z'), end: at('2026-01-01T00:00:00.002Z') }],
      rule: { type: 'single' },
      wallFrom: at('2026-01-01T00:00:00.001Z'),
      wallTo: at('2026-01-01T00:00:00.002Z'),
    });
  });

  it('reads stored times in their own zone', () => {
    const { wallFrom, wallTo } = singleBucket('Asia/Shanghai', at('2026-01-01T00:00Z'), at('2026-01-02T00:00Z'));
    expect([wallFrom, wallTo]).toEqual([wall('2026-01-01T08:00'), wall('2026-01-02T08:00')]);
  });
});

describe('bucketGrid', () => {
  it.each(['1m', '5m', '15m'] as const)('aligns %s to UTC, whatever the zone', (interval) => {
    const inUtc = starts(interval, 'UTC', '2026-05-01T00:07:30Z', '2026-05-01T01:00Z');
    expect(starts(interval, 'Asia/Kathmandu', '2026-05-01T00:07:30Z', '2026-05-01T01:00Z')).toEqual(inUtc);
    expect(inUtc[0]).toBe(
      { '1m': '2026-05-01T00:07Z', '5m': '2026-05-01T00:05Z', '15m': '2026-05-01T00:00Z' }[interval]
    );
  });

  it('has a point for each minute that the range touches, and none for its end', () => {
    expect(starts('1m', 'UTC', '2026-05-01T00:00:59.999Z', '2026-05-01T00:03:00Z')).toEqual([
      '2026-05-01T00:00Z',
      '2026-05-01T00:01Z',
      '2026-05-01T00:02Z',
    ]);
  });

  it.each([
    ['30m', 'Asia/Kathmandu', ['2026-05-01T00:15Z', '2026-05-01T00:45Z', '2026-05-01T01:15Z']],
    ['1h', 'Asia/Kathmandu', ['2026-05-01T00:15Z', '2026-05-01T01:15Z']],
    ['1h', 'Asia/Kolkata', ['2026-04-30T23:30Z', '2026-05-01T00:30Z', '2026-05-01T01:30Z']],
    ['1h', 'America/St_Johns', ['2026-04-30T23:30Z', '2026-05-01T00:30Z', '2026-05-01T01:30Z']],
    ['1h', 'Europe/Berlin', ['2026-05-01T00:00Z', '2026-05-01T01:00Z']],
  ] as const)('aligns %s to the offset of %s', (interval, zone, expected) => {
    expect(starts(interval, zone, '2026-05-01T00:20Z', '2026-05-01T01:40Z')).toEqual(expected);
  });

  it.each([
    ['Asia/Kathmandu', '2026-04-30T18:15Z', '2026-05-01T18:15Z'],
    ['Asia/Kolkata', '2026-04-30T18:30Z', '2026-05-01T18:30Z'],
    ['Pacific/Apia', '2026-04-30T11:00Z', '2026-05-01T11:00Z'],
    ['Pacific/Kiritimati', '2026-05-01T10:00Z', '2026-05-02T10:00Z'],
    ['America/St_Johns', '2026-05-01T02:30Z', '2026-05-02T02:30Z'],
    ['Etc/GMT-14', '2026-05-01T10:00Z', '2026-05-02T10:00Z'],
  ])('starts days at midnight in %s', (zone, ...expected) => {
    expect(starts('day', zone, '2026-05-01T12:00Z', '2026-05-02T11:00Z').slice(0, 2)).toContain(expected[1]);
    const [first, second] = bucketGrid('day', zone, 'UTC', at(expected[0]), at(expected[0]) + 2 * day).buckets;
    expect([first, second]).toEqual([
      { start: at(expected[0]), end: at(expected[1]) },
      { start: at(expected[1]), end: at(expected[1]) + day },
    ]);
  });

  it('gives the day in which clocks go forward 23 hours', () => {
    expect(starts('day', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-30T12:00Z')).toEqual([
      '2026-03-27T23:00Z',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
    ]);
    expect(hours('day', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-30T12:00Z')).toEqual([24, 23, 24]);
  });

  it('gives the day in which clocks go back 25 hours', () => {
    expect(starts('day', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-23T22:00Z',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
    ]);
    expect(hours('day', 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([24, 25, 24]);
  });

  it('keeps 6 hours on the local clock on both days', () => {
    expect(starts('6h', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z')).toEqual([
      '2026-03-28T23:00Z',
      '2026-03-29T04:00Z',
      '2026-03-29T10:00Z',
      '2026-03-29T16:00Z',
    ]);
    expect(hours('6h', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z')).toEqual([5, 6, 6, 6]);
    expect(hours('6h', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z')).toEqual([7, 6, 6, 6]);
  });

  it('counts hours in real time over both changes', () => {
    expect(starts('1h', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T03:00Z')).toEqual([
      '2026-03-29T00:00Z',
      '2026-03-29T01:00Z',
      '2026-03-29T02:00Z',
    ]);
    expect(starts('1h', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T03:00Z')).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T01:00Z',
      '2026-10-25T02:00Z',
    ]);
  });

  it('cuts an hour where an offset changes by half an hour', () => {
    // 02:00 becomes 02:30 at 15:30Z.
    expect(starts('1h', 'Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-03T17:00Z')).toEqual([
      '2026-10-03T13:30Z',
      '2026-10-03T14:30Z',
      '2026-10-03T15:30Z',
      '2026-10-03T16:00Z',
    ]);
    // 02:00 becomes 01:30 at 15:00Z.
    expect(starts('1h', 'Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-04T17:00Z')).toEqual([
      '2026-04-04T13:00Z',
      '2026-04-04T14:00Z',
      '2026-04-04T15:00Z',
      '2026-04-04T15:30Z',
      '2026-04-04T16:30Z',
    ]);
  });

  it('gives a point the same time whatever the range', () => {
    expect(starts('1h', 'Australia/Lord_Howe', '2026-10-03T15:45Z', '2026-10-03T17:00Z')).toEqual([
      '2026-10-03T15:30Z',
      '2026-10-03T16:00Z',
    ]);
    expect(starts('day', 'America/Sao_Paulo', '2017-10-15T12:00Z', '2017-10-16T02:00Z')).toEqual(['2017-10-15T03:00Z']);
  });

  it.each([
    [
      'Africa/Cairo',
      '2026-04-23T12:00Z',
      '2026-04-24T23:00Z',
      ['2026-04-22T22:00Z', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
    ],
    [
      'America/Sao_Paulo',
      '2017-10-14T12:00Z',
      '2017-10-16T12:00Z',
      ['2017-10-14T03:00Z', '2017-10-15T03:00Z', '2017-10-16T02:00Z'],
    ],
    // The 30th of December 2011 did not exist in Samoa.
    [
      'Pacific/Apia',
      '2011-12-29T12:00Z',
      '2011-12-31T12:00Z',
      ['2011-12-29T10:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
    ],
  ])('starts a day without a midnight at its first instant in %s', (zone, from, to, expected) => {
    expect(starts('day', zone, from, to)).toEqual(expected);
  });

  it.each([
    // Midnight comes twice in Cuba: 01:00 becomes 00:00.
    [
      'America/Havana',
      '2026-10-31T12:00Z',
      '2026-11-02T12:00Z',
      ['2026-10-31T04:00Z', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    ],
    // 23:00 comes twice in Brazil: 00:00 becomes 23:00.
    ['America/Sao_Paulo', '2018-02-17T12:00Z', '2018-02-18T12:00Z', ['2018-02-17T02:00Z', '2018-02-18T03:00Z']],
  ])('has one day where an hour around midnight comes twice in %s', (zone, from, to, expected) => {
    expect(starts('day', zone, from, to)).toEqual(expected);
  });

  it('starts weeks on Monday', () => {
    // 2026-01-01 is a Thursday of the week from 2025-12-29; 2027-01-01 is in ISO week 53 of 2026.
    expect(starts('week', 'UTC', '2026-01-01T00:00Z', '2026-01-06T00:00Z')).toEqual([
      '2025-12-29T00:00Z',
      '2026-01-05T00:00Z',
    ]);
    expect(starts('week', 'UTC', '2026-12-31T00:00Z', '2027-01-05T00:00Z')).toEqual([
      '2026-12-28T00:00Z',
      '2027-01-04T00:00Z',
    ]);
    expect(starts('week', 'Europe/Berlin', '2026-03-25T00:00Z', '2026-04-01T00:00Z')).toEqual([
      '2026-03-22T23:00Z',
      '2026-03-29T22:00Z',
    ]);
  });

  it('starts months on the first, leap day and all', () => {
    expect(starts('month', 'UTC', '2028-01-31T00:00Z', '2028-03-01T00:00:00.001Z')).toEqual([
      '2028-01-01T00:00Z',
      '2028-02-01T00:00Z',
      '2028-03-01T00:00Z',
    ]);
    expect(hours('month', 'UTC', '2028-02-29T00:00Z', '2028-02-29T01:00Z')).toEqual([29 * 24]);
    expect(starts('month', 'Europe/Berlin', '2026-03-31T21:59Z', '2026-04-30T22:00Z')).toEqual([
      '2026-02-28T23:00Z',
      '2026-03-31T22:00Z',
    ]);
    expect(hours('month', 'Europe/Berlin', '2026-03-15T00:00Z', '2026-03-16T00:00Z')).toEqual([31 * 24 - 1]);
    expect(starts('month', 'Pacific/Kiritimati', '2026-01-31T09:59Z', '2026-01-31T10:01Z')).toEqual([
      '2025-12-31T10:00Z',
      '2026-01-31T10:00Z',
    ]);
  });

  it('finds the bucket of a stored time that is not a whole second', () => {
    const grid = bucketGrid('1m', 'UTC', 'UTC', at('2026-05-01T00:00Z'), at('2026-05-01T00:02Z'));
    expect([0, 59_999, 60_000, 119_999, 120_000].map((ms) => positionOf(grid, wall('2026-05-01T00:00') + ms))).toEqual([
      0,
      0,
      1,
      1,
      null,
    ]);
  });

  it('counts buckets from 1970 west of Greenwich', () => {
    const grid = bucketGrid('6h', 'America/New_York', 'UTC', 0, day);
    expect(grid.buckets[0]).toEqual({ start: -hour, end: 5 * hour });
    expect(positionOf(grid, 0)).toBe(0);
    expect(positionOf(grid, 5 * hour)).toBe(1);
  });
});
