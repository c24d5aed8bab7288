import { type Cells, metricOf } from './cells.ts';
import type { Comparison } from './questions.ts';

/** A value that the two answers don't have alike; undefined where one of them has no such group or bucket. */
export interface Difference {
  cell: string;
  direct: number | undefined;
  proxy: number | undefined;
}

export interface AgreeOptions {
  comparisons: Record<string, Comparison>;
  /** Are costs DECIMAL, whose sums are exact? Sums of floating-point numbers depend on their order. */
  exactMoney: boolean;
}

/** Where the two answers differ, beyond what their metrics allow. */
export function findDifferences(direct: Cells, proxy: Cells, options: AgreeOptions): Difference[] {
  return [...new Set([...direct.keys(), ...proxy.keys()])]
    .map((cell) => ({ cell, direct: direct.get(cell), proxy: proxy.get(cell) }))
    .filter((pair) => !isAlike(pair, options));
}

function isAlike({ cell, direct, proxy }: Difference, { comparisons, exactMoney }: AgreeOptions): boolean {
  const comparison = comparisons[metricOf(cell)];
  if (direct === undefined || proxy === undefined || comparison === undefined) {
    return false;
  }
  const distance = Math.abs(direct - proxy);
  switch (comparison) {
    case 'exact':
      return distance === 0;
    case 'money':
      return exactMoney ? distance === 0 : distance <= 1e-9 * Math.abs(direct);
    case 'average':
      return distance <= Math.max(0.000_1, 1e-9 * Math.abs(direct));
    case 'percentile':
      return distance <= 0.01 * Math.abs(direct);
    default:
      return comparison satisfies never;
  }
}
