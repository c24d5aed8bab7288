import type { LeftOut } from './derive.ts';
import { noneLabel } from '../dimensions/dimensions.ts';
import { latencyRow } from '../dimensions/latency-rows.ts';
import type { Group } from '../read/merge.ts';

/** The groups that have a row, and the calls that have none. */
export function placeInRows(groups: readonly Group[]): { placed: Group[]; leftOut: LeftOut[] } {
  const placed = groups.filter(({ labels: [row] }) => row !== noneLabel);
  const rows = groups
    .filter((group) => !placed.includes(group))
    .reduce((sum, { periods: [cells] }) => sum + (cells?.range?.total('requests') ?? 0), 0);
  return { placed, leftOut: rows === 0 ? [] : [{ metrics: [latencyRow], rows }] };
}
