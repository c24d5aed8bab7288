import { describe, expect, it } from 'vitest';
import { createSettledIds } from '../../src/rollups/watermark.ts';

type Observation = [now: number, maxId: bigint | null];

const cases: { it: string; observed: Observation[]; now: number; settled: bigint | null }[] = [
  { it: 'is nowhere before anything was seen', observed: [], now: 9000, settled: null },
  { it: 'does not move before the lag is over', observed: [[1000, 7n]], now: 5999, settled: null },
  { it: 'moves when the lag is over', observed: [[1000, 7n]], now: 6000, settled: 7n },
  {
    it: 'moves to what was seen the lag ago, not to what is there now',
    observed: [
      [1000, 7n],
      [3000, 8n],
      [6500, 9n],
    ],
    now: 7000,
    settled: 7n,
  },
  {
    it: 'takes the newest that is old enough',
    observed: [
      [1000, 7n],
      [3000, 8n],
      [6500, 9n],
    ],
    now: 8000,
    settled: 8n,
  },
  {
    it: 'counts from when an id was seen first',
    observed: [
      [1000, 7n],
      [3000, 7n],
      [5000, 7n],
    ],
    now: 6000,
    settled: 7n,
  },
  {
    it: 'stays where no call follows',
    observed: [
      [1000, 7n],
      [60_000, 7n],
    ],
    now: 60_000,
    settled: 7n,
  },
  {
    it: 'begins anew when the table was emptied',
    observed: [
      [1000, 7n],
      [6000, null],
      [7000, 3n],
    ],
    now: 11_000,
    settled: null,
  },
  {
    it: 'forgets ids that were deleted: others may get them',
    observed: [
      [1000, 5n],
      [2000, 9n],
      [6000, 6n],
    ],
    now: 8000,
    settled: 5n,
  },
  { it: 'knows negative ids', observed: [[0, -3n]], now: 5000, settled: -3n },
  { it: 'knows ids beyond 2^53', observed: [[0, 18_446_744_073_709_551_615n]], now: 5000, settled: 2n ** 64n - 1n },
];

describe('createSettledIds', () => {
  it.each(cases)('$it', ({ observed, now, settled }) => {
    const ids = createSettledIds(5000);
    for (const [at, maxId] of observed) {
      ids.observe(at, maxId);
    }
    expect(ids.settledAt(now)).toBe(settled);
  });
});
