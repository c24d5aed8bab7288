import { describe, expect, it } from 'vitest';
import {
  fullDaysBefore,
  monthOf,
  remainingDays,
  sameHours,
  stepBack,
  stepForward,
} from '../../src/query/windows/calendar.ts';

const at = (text: string) => Date.parse(text);
const text = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');
const range = ({ from, to }: { from: number; to: number }) => [text(from), text(to)];

describe('monthOf', () => {
  it.each([
    ['UTC', '2026-05-17T10:00Z', ['2026-05-01T00:00Z', '2026-06-01T00:00Z']],
    // Exactly at its end a month has passed, and the next one has not begun.
    ['UTC', '2026-06-01T00:00Z', ['2026-05-01T00:00Z', '2026-06-01T00:00Z']],
    ['UTC', '2026-06-01T00:00:00.001Z', ['2026-06-01T00:00Z', '2026-07-01T00:00Z']],
    ['UTC', '2028-02-29T12:00Z', ['2028-02-01T00:00Z', '2028-03-01T00:00Z']],
    ['Europe/Berlin', '2026-03-31T22:00Z', ['2026-02-28T23:00Z', '2026-03-31T22:00Z']],
    ['Europe/Berlin', '2026-10-31T23:00Z', ['2026-09-30T22:00Z', '2026-10-31T23:00Z']],
    ['Asia/Kathmandu', '2026-04-30T18:15:00.001Z', ['2026-04-30T18:15Z', '2026-05-31T18:15Z']],
    ['Asia/Shanghai', '2026-04-30T16:00Z', ['2026-03-31T16:00Z', '2026-04-30T16:00Z']],
  ])('finds in %s at %s the month %j', (zone, asOf, expected) => {
    expect(range(monthOf(zone, at(asOf)))).toEqual(expected);
  });
});

describe('remainingDays', () => {
  it.each([
    ['UTC', '2026-05-31T12:00Z', 0.5],
    ['UTC', '2026-06-01T00:00Z', 0],
    ['UTC', '2026-05-01T06:00Z', 30.75],
    ['UTC', '2026-02-26T00:00Z', 3],
    ['UTC', '2028-02-26T00:00Z', 4],
    // At noon 12 of the day's 23 hours are left, or 12 of 25.
    ['Europe/Berlin', '2026-03-29T10:00Z', 12 / 23 + 2],
    ['Europe/Berlin', '2026-10-25T11:00Z', 12 / 25 + 6],
    ['Asia/Kathmandu', '2026-05-31T12:15Z', 0.25],
    ['Asia/Shanghai', '2026-05-31T10:00Z', 0.25],
  ])('counts in %s at %s: %d', (zone, asOf, expected) => {
    expect(remainingDays(zone, at(asOf))).toBeCloseTo(expected, 12);
  });
});

describe('fullDaysBefore', () => {
  it.each([
    ['UTC', '2026-05-08T12:00Z', ['2026-05-01T00:00Z', '2026-05-08T00:00Z']],
    ['UTC', '2026-05-08T00:00Z', ['2026-05-01T00:00Z', '2026-05-08T00:00Z']],
    ['UTC', '2026-05-07T23:59:59.999Z', ['2026-04-30T00:00Z', '2026-05-07T00:00Z']],
    // 7 days with one of 23 hours, and one of 25.
    ['Europe/Berlin', '2026-03-30T00:00Z', ['2026-03-22T23:00Z', '2026-03-29T22:00Z']],
    ['Europe/Berlin', '2026-10-26T12:00Z', ['2026-10-18T22:00Z', '2026-10-25T23:00Z']],
    ['Asia/Kathmandu', '2026-05-08T18:14Z', ['2026-04-30T18:15Z', '2026-05-07T18:15Z']],
    ['Asia/Shanghai', '2026-05-08T16:00Z', ['2026-05-01T16:00Z', '2026-05-08T16:00Z']],
  ])('finds in %s at %s the days %j', (zone, asOf, expected) => {
    expect(range(fullDaysBefore(zone, at(asOf), 7))).toEqual(expected);
  });
});

describe('sameHours', () => {
  const starts = (zone: string, asOf: string) => sameHours(zone, at(asOf), 4).map(({ from }) => text(from));

  it('are the last full hour and those of the 4 weeks before', () => {
    expect(sameHours('UTC', at('2026-05-29T12:34Z'), 4).map(range)).toEqual([
      ['2026-05-29T11:00Z', '2026-05-29T12:00Z'],
      ['2026-05-22T11:00Z', '2026-05-22T12:00Z'],
      ['2026-05-15T11:00Z', '2026-05-15T12:00Z'],
      ['2026-05-08T11:00Z', '2026-05-08T12:00Z'],
      ['2026-05-01T11:00Z', '2026-05-01T12:00Z'],
    ]);
  });

  it('has the hour that ends right now', () => {
    expect(starts('UTC', '2026-05-29T12:00Z')[0]).toBe('2026-05-29T11:00Z');
    expect(starts('UTC', '2026-05-29T11:59:59.999Z')[0]).toBe('2026-05-29T10:00Z');
  });

  it("keeps to the zone's clock over both changes of daylight saving", () => {
    // 09:00 in Berlin: summer time began on 29 March, and ended on 25 October.
    expect(starts('Europe/Berlin', '2026-04-06T08:30Z')).toEqual([
      '2026-04-06T07:00Z',
      '2026-03-30T07:00Z',
      '2026-03-23T08:00Z',
      '2026-03-16T08:00Z',
      '2026-03-09T08:00Z',
    ]);
    expect(starts('Europe/Berlin', '2026-11-02T09:30Z').slice(0, 3)).toEqual([
      '2026-11-02T08:00Z',
      '2026-10-26T08:00Z',
      '2026-10-19T07:00Z',
    ]);
  });

  it('reads an hour that came twice as its first, and one that was skipped as the one after', () => {
    // 02:00 on Sundays: on 25 October at 00:00Z and at 01:00Z, on 29 March not at all.
    expect(starts('Europe/Berlin', '2026-11-01T02:10Z').slice(0, 2)).toEqual([
      '2026-11-01T01:00Z',
      '2026-10-25T00:00Z',
    ]);
    expect(starts('Europe/Berlin', '2026-04-05T01:10Z').slice(0, 2)).toEqual([
      '2026-04-05T00:00Z',
      '2026-03-29T01:00Z',
    ]);
  });

  it('begins with the hours of the clock where these are not those of UTC', () => {
    // 15:20 in Kathmandu is 09:35Z: the last full hour there was from 14:00.
    expect(starts('Asia/Kathmandu', '2026-05-29T09:35Z').slice(0, 2)).toEqual([
      '2026-05-29T08:15Z',
      '2026-05-22T08:15Z',
    ]);
  });
});

describe('stepBack', () => {
  it.each([
    ['UTC', '2026-05-01T00:00Z', 'day', '2026-04-30T00:00Z'],
    ['UTC', '2026-05-01T00:00Z', 'week', '2026-04-24T00:00Z'],
    ['UTC', '2026-03-30T12:00Z', 'month', '2026-03-01T00:00Z'],
    ['UTC', '2026-03-31T12:00Z', 'month', '2026-03-01T00:00Z'],
    ['UTC', '2028-03-31T12:00Z', 'month', '2028-03-01T00:00Z'],
    ['UTC', '2026-01-15T00:00Z', 'month', '2025-12-15T00:00Z'],
    ['Europe/Berlin', '2026-03-29T22:00Z', 'day', '2026-03-28T23:00Z'],
    ['Europe/Berlin', '2026-10-25T23:00Z', 'day', '2026-10-24T22:00Z'],
    ['Europe/Berlin', '2026-04-01T10:00Z', 'week', '2026-03-25T11:00Z'],
    ['Asia/Kathmandu', '2026-04-30T18:15Z', 'month', '2026-03-31T18:15Z'],
  ] as const)('goes in %s from %s a %s back to %s', (zone, instant, unit, expected) => {
    expect(text(stepBack(zone, at(instant), unit))).toBe(expected);
  });
});

describe('stepForward', () => {
  it.each([
    ['UTC', '2026-04-30T00:00Z', 'day', '2026-05-01T00:00Z'],
    ['UTC', '2026-04-24T00:00Z', 'week', '2026-05-01T00:00Z'],
    ['UTC', '2026-01-31T12:00Z', 'month', '2026-02-28T12:00Z'],
    ['UTC', '2028-01-31T12:00Z', 'month', '2028-02-29T12:00Z'],
    ['UTC', '2026-12-31T12:00Z', 'month', '2027-01-31T12:00Z'],
    ['UTC', '2026-02-28T12:00Z', 'month', '2026-03-28T12:00Z'],
    ['Europe/Berlin', '2026-03-28T23:00Z', 'day', '2026-03-29T22:00Z'],
    ['Europe/Berlin', '2026-10-24T22:00Z', 'day', '2026-10-25T23:00Z'],
    ['Europe/Berlin', '2026-02-28T23:00Z', 'month', '2026-03-31T22:00Z'],
    // 02:30 was skipped on 29 March, and came twice on 25 October.
    ['Europe/Berlin', '2026-03-28T01:30Z', 'day', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-10-24T00:30Z', 'day', '2026-10-25T00:30Z'],
    ['Asia/Kathmandu', '2026-03-31T18:15Z', 'month', '2026-04-30T18:15Z'],
  ] as const)('goes in %s from %s a %s on to %s', (zone, instant, unit, expected) => {
    expect(stepForward(zone, [at(instant)], unit).map(text)).toEqual([expected]);
  });

  it('takes many at once, over a change of the clock', () => {
    const hours = ['00:00Z', '01:00Z', '02:00Z', '03:00Z'].map((hour) => at(`2026-10-24T${hour}`));
    // 02:00, 03:00, 04:00 and 05:00 in summer time become 02:00 in summer time and the others in winter time.
    expect(stepForward('Europe/Berlin', hours, 'day').map(text)).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T02:00Z',
      '2026-10-25T03:00Z',
      '2026-10-25T04:00Z',
    ]);
    expect(stepForward('UTC', [], 'day')).toEqual([]);
  });
});
