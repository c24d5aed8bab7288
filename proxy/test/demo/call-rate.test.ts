import { describe, expect, it } from 'vitest';
import { busyness, spreadCalls } from '../../src/demo/call-rate.ts';

const at = (time: string) => Date.parse(time);

describe('busyness', () => {
  // 2026-11-22 was a Sunday; 10:00 UTC is the busiest hour, Tuesday the busiest day.
  it.each([
    ['the busiest hour', '2026-11-24T10:00Z', '2026-11-24T11:00Z', 1],
    ['half of it', '2026-11-24T10:15Z', '2026-11-24T10:45Z', 0.5],
    ['that hour of a Sunday', '2026-11-22T10:00Z', '2026-11-22T11:00Z', 0.24],
    ['the quietest hour', '2026-11-24T03:00Z', '2026-11-24T04:00Z', 0.12],
    ['nothing', '2026-11-24T10:00Z', '2026-11-24T10:00Z', 0],
  ])('is that of %s', (_, from, to, expected) => {
    expect(busyness(at(from), at(to))).toBeCloseTo(expected, 12);
  });
});

describe('spreadCalls', () => {
  it('gives each hour its share', () => {
    // 10:00 has 1, 11:00 has 0.97 and 12:00 has 0.82, of which this is a half.
    expect(spreadCalls(238, at('2026-11-24T10:00Z'), at('2026-11-24T12:30Z'))).toEqual([
      { index: 498_754, from: at('2026-11-24T10:00Z'), to: at('2026-11-24T11:00Z'), calls: 100 },
      { index: 498_755, from: at('2026-11-24T11:00Z'), to: at('2026-11-24T12:00Z'), calls: 97 },
      { index: 498_756, from: at('2026-11-24T12:00Z'), to: at('2026-11-24T12:30Z'), calls: 41 },
    ]);
  });

  it.each([0, 1, 23, 24, 99_999])('gives exactly %i calls', (calls) => {
    const shares = spreadCalls(calls, at('2026-11-20T00:17Z'), at('2026-11-27T03:00Z'));
    expect(shares.reduce((sum, share) => sum + share.calls, 0)).toBe(calls);
    expect(shares.every((share) => share.calls >= 0)).toBe(true);
  });
});
