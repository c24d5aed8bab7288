import { describe, expect, it } from 'vitest';
import { bucketGrid } from '../../src/query/windows/buckets.ts';
import { positionOf } from './position-of.ts';

const hour = 3_600_000;
const day = 24 * hour;
const at = (text: string) => Date.parse(text);
const wall = (text: string) => Date.parse(`${text}Z`);
const short = (ms: number) => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');

describe('bucketGrid of times stored in a zone with daylight saving', () => {
  const october = { from: at('2026-10-24T22:00Z'), to: at('2026-10-25T23:00Z') };

  it('reads the hour that comes twice as its first occurrence', () => {
    const grid = bucketGrid('1h', 'UTC', 'Europe/Berlin', october.from, october.to);
    expect(grid.buckets).toHaveLength(25);
    // 02:30 is 00:30Z, the third hour of the range; 01:00Z, the fourth, has no rows; 03:00 is 02:00Z, the fifth.
    expect(positionOf(grid, wall('2026-10-25T01:59'))).toBe(1);
    expect(positionOf(grid, wall('2026-10-25T02:30'))).toBe(2);
    expect(positionOf(grid, wall('2026-10-25T03:00'))).toBe(4);
    expect(positionOf(grid, wall('2026-10-25T23:59'))).toBe(24);
  });

  it('cuts a range that starts or ends in the first occurrence', () => {
    const grid = bucketGrid('1h', 'UTC', 'Europe/Berlin', at('2026-10-25T00:20Z'), at('2026-10-25T00:40Z'));
    expect([grid.wallFrom, grid.wallTo]).toEqual([wall('2026-10-25T02:20'), wall('2026-10-25T02:40')]);
  });

  it('has no rows in a range within the second occurrence', () => {
    const grid = bucketGrid('1h', 'UTC', 'Europe/Berlin', at('2026-10-25T01:20Z'), at('2026-10-25T01:40Z'));
    expect(grid.wallTo - grid.wallFrom).toBe(0);
  });

  it('leaves the repeated hour out of a range that starts in its second occurrence', () => {
    const grid = bucketGrid('1h', 'UTC', 'Europe/Berlin', at('2026-10-25T01:20Z'), at('2026-10-25T03:00Z'));
    expect([grid.wallFrom, grid.wallTo]).toEqual([wall('2026-10-25T03:00'), wall('2026-10-25T04:00')]);
    expect(positionOf(grid, wall('2026-10-25T03:00'))).toBe(1);
  });

  it('has the whole repeated hour in a range that ends in its second occurrence', () => {
    const grid = bucketGrid('1h', 'UTC', 'Europe/Berlin', at('2026-10-25T00:00Z'), at('2026-10-25T01:20Z'));
    expect([grid.wallFrom, grid.wallTo]).toEqual([wall('2026-10-25T02:00'), wall('2026-10-25T03:00')]);
  });

  it('reads a time that was skipped as the first instant after the gap', () => {
    const whole = bucketGrid('1h', 'UTC', 'Europe/Berlin', at('2026-03-29T00:00Z'), at('2026-03-29T03:00Z'));
    expect(positionOf(whole, wall('2026-03-29T02:30'))).toBe(1);
    const before = bucketGrid('1h', 'UTC', 'Europe/Berlin', at('2026-03-29T00:00Z'), at('2026-03-29T01:00Z'));
    expect(positionOf(before, wall('2026-03-29T02:30'))).toBeNull();
    const after = bucketGrid('1h', 'UTC', 'Europe/Berlin', at('2026-03-29T01:00Z'), at('2026-03-29T03:00Z'));
    expect(positionOf(after, wall('2026-03-29T02:30'))).toBe(0);
  });

  it('has days of 23 and 25 hours in the same zone', () => {
    const spring = bucketGrid(
      'day',
      'Europe/Berlin',
      'Europe/Berlin',
      at('2026-03-28T23:00Z'),
      at('2026-03-30T22:00Z')
    );
    expect(spring.buckets.map(({ start, end }) => (end - start) / hour)).toEqual([23, 24]);
    expect(positionOf(spring, wall('2026-03-29T23:59'))).toBe(0);
    expect(positionOf(spring, wall('2026-03-30T00:00'))).toBe(1);
    const autumn = bucketGrid('day', 'Europe/Berlin', 'Europe/Berlin', october.from, october.to + day);
    expect(autumn.buckets.map(({ start, end }) => (end - start) / hour)).toEqual([25, 24]);
    expect(positionOf(autumn, wall('2026-10-25T23:59'))).toBe(0);
    expect(positionOf(autumn, wall('2026-10-26T00:00'))).toBe(1);
  });

  it('makes no bucket twice where only the stored zone changes', () => {
    // 01:00Z is 06:45 in Nepal, in the middle of an hour there.
    const grid = bucketGrid('1h', 'Asia/Kathmandu', 'Europe/Berlin', at('2026-03-29T00:15Z'), at('2026-03-29T03:15Z'));
    expect(grid.buckets.map(({ start }) => short(start))).toEqual([
      '2026-03-29T00:15Z',
      '2026-03-29T01:15Z',
      '2026-03-29T02:15Z',
    ]);
    expect(positionOf(grid, wall('2026-03-29T01:59'))).toBe(0);
    expect(positionOf(grid, wall('2026-03-29T03:00'))).toBe(0);
    expect(positionOf(grid, wall('2026-03-29T03:15'))).toBe(1);
  });
});
