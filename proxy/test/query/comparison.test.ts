import { describe, expect, it } from 'vitest';
import { bucketGrid } from '../../src/query/windows/buckets.ts';
import { comparedGrid, type Comparison, comparisonEnd, comparisonRange } from '../../src/query/windows/comparison.ts';
import type { Interval } from '../../src/query/model/schema.ts';

const at = (text: string) => Date.parse(text);
const text = (ms: number) => new Date(ms).toISOString().replace(/(:00)?\.000Z/, 'Z');

function before(compare: Comparison, zone: string, from: string, to: string): [string, string] {
  const range = comparisonRange(compare, zone, { from: at(from), to: at(to) });
  return [text(range.from), text(range.to)];
}

describe('comparisonRange', () => {
  it.each<[Comparison, string, [string, string], [string, string]]>([
    ['previous', 'UTC', ['2026-05-02T00:00Z', '2026-05-03T00:00Z'], ['2026-05-01T00:00Z', '2026-05-02T00:00Z']],
    // As Grafana writes a day.
    [
      'previous',
      'UTC',
      ['2026-05-02T00:00Z', '2026-05-02T23:59:59.999Z'],
      ['2026-05-01T00:00Z', '2026-05-01T23:59:59.999Z'],
    ],
    [
      'previous',
      'UTC',
      ['2026-05-02T00:00:10.250Z', '2026-05-02T00:00:20.750Z'],
      ['2026-05-01T23:59:59.250Z', '2026-05-02T00:00:09.750Z'],
    ],
    // As many hours, whatever the clock does.
    [
      'previous',
      'Europe/Berlin',
      ['2026-03-28T23:00Z', '2026-03-29T22:00Z'],
      ['2026-03-28T00:00Z', '2026-03-28T23:00Z'],
    ],
    ['day', 'Europe/Berlin', ['2026-03-28T23:00Z', '2026-03-29T22:00Z'], ['2026-03-27T23:00Z', '2026-03-28T23:00Z']],
    ['day', 'Europe/Berlin', ['2026-10-25T23:00Z', '2026-10-26T23:00Z'], ['2026-10-24T22:00Z', '2026-10-25T23:00Z']],
    [
      'day',
      'UTC',
      ['2026-05-02T00:00Z', '2026-05-02T23:59:59.999Z'],
      ['2026-05-01T00:00Z', '2026-05-01T23:59:59.999Z'],
    ],
    ['week', 'Europe/Berlin', ['2026-03-29T22:00Z', '2026-04-05T22:00Z'], ['2026-03-22T23:00Z', '2026-03-29T22:00Z']],
    ['week', 'Europe/Berlin', ['2026-10-25T23:00Z', '2026-11-01T23:00Z'], ['2026-10-18T22:00Z', '2026-10-25T23:00Z']],
    ['week', 'Asia/Kathmandu', ['2026-05-07T18:15Z', '2026-05-08T18:15Z'], ['2026-04-30T18:15Z', '2026-05-01T18:15Z']],
    // The month before March is all of February; of January as many days as February has.
    ['month', 'UTC', ['2026-03-01T00:00Z', '2026-04-01T00:00Z'], ['2026-02-01T00:00Z', '2026-03-01T00:00Z']],
    ['month', 'UTC', ['2028-03-01T00:00Z', '2028-04-01T00:00Z'], ['2028-02-01T00:00Z', '2028-03-01T00:00Z']],
    ['month', 'UTC', ['2026-02-01T00:00Z', '2026-03-01T00:00Z'], ['2026-01-01T00:00Z', '2026-01-29T00:00Z']],
    ['month', 'UTC', ['2026-03-01T00:00Z', '2026-03-31T23:59:59.999Z'], ['2026-02-01T00:00Z', '2026-03-01T00:00Z']],
    // Days that the month before lacks have nothing to be compared with.
    ['month', 'UTC', ['2026-03-30T00:00Z', '2026-03-31T00:00Z'], ['2026-03-01T00:00Z', '2026-03-01T00:00Z']],
    ['month', 'UTC', ['2026-03-29T12:00Z', '2026-03-30T06:00Z'], ['2026-03-01T00:00Z', '2026-03-01T00:00Z']],
    ['month', 'UTC', ['2026-03-28T06:00Z', '2026-03-30T00:00Z'], ['2026-02-28T06:00Z', '2026-03-01T00:00Z']],
    ['month', 'UTC', ['2026-10-30T15:00Z', '2026-10-31T15:00Z'], ['2026-09-30T15:00Z', '2026-10-01T00:00Z']],
    ['month', 'Europe/Berlin', ['2026-10-30T23:00Z', '2026-10-31T23:00Z'], ['2026-09-30T22:00Z', '2026-09-30T22:00Z']],
    ['month', 'Europe/Berlin', ['2026-02-28T23:00Z', '2026-03-31T22:00Z'], ['2026-01-31T23:00Z', '2026-02-28T23:00Z']],
    ['month', 'Asia/Shanghai', ['2026-04-30T16:00Z', '2026-05-31T16:00Z'], ['2026-03-31T16:00Z', '2026-04-30T16:00Z']],
  ])('goes a %s back in %s from %j to %j', (compare, zone, [from, to], expected) => {
    expect(before(compare, zone, from, to)).toEqual(expected);
  });
});

describe('comparisonEnd', () => {
  const march = { from: at('2026-03-01T00:00Z'), to: at('2026-04-01T00:00Z') };

  it.each<[Comparison, string, string]>([
    ['month', '2026-03-10T12:00Z', '2026-02-10T12:00Z'],
    ['month', '2026-03-30T00:00Z', '2026-03-01T00:00Z'],
    ['week', '2026-03-10T12:00Z', '2026-03-03T12:00Z'],
    // 31 days.
    ['previous', '2026-03-10T12:00Z', '2026-02-07T12:00Z'],
  ])('is, a %s back, for %s %s', (compare, end, expected) => {
    expect(text(comparisonEnd(compare, 'UTC', march, at(end)))).toBe(expected);
  });
});

/** The times of the previous period's buckets by the bucket of the answer that they stand for. */
function counterparts(
  compare: Comparison,
  interval: Interval,
  zone: string,
  from: string,
  to: string
): Record<string, string[]> {
  const range = { from: at(from), to: at(to) };
  const { buckets } = bucketGrid(interval, zone, 'UTC', range.from, range.to);
  const options = { from: range.from, interval, zone, storedZone: 'UTC' };
  const { grid, positions } = comparedGrid(compare, options, comparisonRange(compare, zone, range), buckets);
  return Object.fromEntries(
    buckets.map(({ start }, position) => [
      text(start),
      grid.buckets.filter((_, index) => positions[index] === position).map((bucket) => text(bucket.start)),
    ])
  );
}

describe('comparedGrid', () => {
  it('puts hours on the same hour of the clock, over both changes of daylight saving', () => {
    // 02:00 is skipped on 29 March: what was then goes to 03:00.
    expect(counterparts('day', '1h', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T03:00Z')).toEqual({
      '2026-03-29T00:00Z': ['2026-03-28T00:00Z'],
      '2026-03-29T01:00Z': ['2026-03-28T01:00Z', '2026-03-28T02:00Z'],
      '2026-03-29T02:00Z': ['2026-03-28T03:00Z'],
    });
    // 02:00 comes twice on 25 October: the second one has no counterpart.
    expect(counterparts('day', '1h', 'Europe/Berlin', '2026-10-24T23:00Z', '2026-10-25T03:00Z')).toEqual({
      '2026-10-24T23:00Z': ['2026-10-23T23:00Z'],
      '2026-10-25T00:00Z': ['2026-10-24T00:00Z'],
      '2026-10-25T01:00Z': [],
      '2026-10-25T02:00Z': ['2026-10-24T01:00Z'],
    });
    // A day later both of them are compared with one.
    expect(counterparts('day', '1h', 'Europe/Berlin', '2026-10-26T00:00Z', '2026-10-26T03:00Z')).toEqual({
      '2026-10-26T00:00Z': ['2026-10-24T23:00Z'],
      '2026-10-26T01:00Z': ['2026-10-25T00:00Z', '2026-10-25T01:00Z'],
      '2026-10-26T02:00Z': ['2026-10-25T02:00Z'],
    });
  });

  it('puts a part of an hour on the same part', () => {
    expect(counterparts('week', '1h', 'UTC', '2026-05-08T10:40Z', '2026-05-08T12:10Z')).toEqual({
      '2026-05-08T10:00Z': ['2026-05-01T10:00Z'],
      '2026-05-08T11:00Z': ['2026-05-01T11:00Z'],
      '2026-05-08T12:00Z': ['2026-05-01T12:00Z'],
    });
  });

  it('puts days that a month does not have on its last day', () => {
    const february = counterparts('month', 'day', 'UTC', '2026-02-01T00:00Z', '2026-03-02T00:00Z');
    expect(february['2026-02-27T00:00Z']).toEqual(['2026-01-27T00:00Z']);
    expect(february['2026-02-28T00:00Z']).toEqual([
      '2026-01-28T00:00Z',
      '2026-01-29T00:00Z',
      '2026-01-30T00:00Z',
      '2026-01-31T00:00Z',
    ]);
    const march = counterparts('month', 'day', 'UTC', '2026-03-01T00:00Z', '2026-04-01T00:00Z');
    expect(march['2026-03-28T00:00Z']).toEqual(['2026-02-28T00:00Z']);
    expect(march['2026-03-29T00:00Z']).toEqual([]);
  });

  it('puts days of the month before into the weeks of their counterparts', () => {
    // 28 February and 28 March are Saturdays; 1 March and 1 April are a Sunday and a Wednesday.
    expect(counterparts('month', 'week', 'UTC', '2026-03-28T00:00Z', '2026-04-02T00:00Z')).toEqual({
      '2026-03-23T00:00Z': ['2026-02-28T00:00Z'],
      '2026-03-30T00:00Z': ['2026-03-01T00:00Z'],
    });
  });

  it("moves the answer's buckets back for the period just before, wherever it begins", () => {
    // 1 h 30 min from 10:40.
    expect(counterparts('previous', '1h', 'UTC', '2026-05-08T10:40Z', '2026-05-08T12:10Z')).toEqual({
      '2026-05-08T10:00Z': ['2026-05-08T08:30Z'],
      '2026-05-08T11:00Z': ['2026-05-08T09:30Z'],
      '2026-05-08T12:00Z': ['2026-05-08T10:30Z'],
    });
    // A day of 23 hours: the 23 hours before it.
    expect(counterparts('previous', 'day', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z')).toEqual({
      '2026-03-28T23:00Z': ['2026-03-28T00:00Z'],
    });
  });

  it('has no buckets where there is nothing to compare with', () => {
    expect(counterparts('month', '6h', 'UTC', '2026-03-29T12:00Z', '2026-03-30T06:00Z')).toEqual({
      '2026-03-29T12:00Z': [],
      '2026-03-29T18:00Z': [],
      '2026-03-30T00:00Z': [],
    });
  });
});
