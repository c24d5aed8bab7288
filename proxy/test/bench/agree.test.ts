import { describe, expect, it } from 'vitest';
import { findDifferences } from '../../bench/agree.ts';
import type { Comparison } from '../../bench/questions.ts';

const comparisons: Record<string, Comparison> = {
  requests: 'exact',
  cost: 'money',
  latency_avg: 'average',
  latency_p95: 'percentile',
};

function differ(metric: string, direct: number, proxy: number, exactMoney = true): boolean {
  const pair = [new Map([[metric, direct]]), new Map([[metric, proxy]])] as const;
  return findDifferences(...pair, { comparisons, exactMoney }).length > 0;
}

describe('findDifferences', () => {
  it.each([
    ['requests', 7, 7, 8],
    ['cost', 0.3, 0.3, 0.1 + 0.2],
    ['latency_avg', 1234.5678, 1234.567_84, 1234.568],
    ['latency_p95', 2000, 2020, 2021],
    ['latency_p95', 2000, 1980, 1979],
  ])('takes %s of %d for %d, and not for %d', (metric, direct, alike, other) => {
    expect([differ(metric, direct, alike), differ(metric, direct, other)]).toEqual([false, true]);
  });

  it('takes sums of floating-point costs for the same within 10^-9', () => {
    expect([differ('cost', 1000, 1000.000_000_9, false), differ('cost', 1000, 1000.000_002, false)]).toEqual([
      false,
      true,
    ]);
  });

  it('names what only one side has', () => {
    const direct = new Map([
      ['requests, openai', 1],
      ['requests, azure', 2],
    ]);
    const proxy = new Map([
      ['requests, openai', 1],
      ['requests, (none)', 2],
    ]);
    expect(findDifferences(direct, proxy, { comparisons, exactMoney: true })).toEqual([
      { cell: 'requests, azure', direct: 2, proxy: undefined },
      { cell: 'requests, (none)', direct: undefined, proxy: 2 },
    ]);
  });

  it('never takes a metric for the same that it knows no rule for', () => {
    expect(differ('tokens', 1, 1)).toBe(true);
  });
});
