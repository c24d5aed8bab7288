import type { GroupDimension } from '../dimensions/group-dimension.ts';
import type { ResolvedMetrics } from '../resolve/resolve-metrics.ts';
import type { SummaryColumn, SummaryRow } from './summary-columns.ts';
import { isOther } from './top.ts';

/** Rows in the order of a column or dimension; those without a value come last in both directions, and so do all others. */
export function orderRows(
  rows: readonly SummaryRow[],
  columns: readonly SummaryColumn[],
  groupBy: readonly GroupDimension[],
  { by, direction }: NonNullable<ResolvedMetrics['order']>
): SummaryRow[] {
  const index = columns.findIndex(({ name }) => name === by);
  const dimension = groupBy.find(({ name }) => name === by);
  const sign = direction === 'asc' ? 1 : -1;
  const value = ({ labels, values }: SummaryRow) => (index === -1 ? labels[by] : values[index]) ?? null;
  return [...rows].sort((a, b) => {
    const last = Number(isLast(a, value(a))) - Number(isLast(b, value(b)));
    return last === 0 ? sign * compare(value(a), value(b), dimension) : last;
  });
}

function isLast({ labels }: SummaryRow, value: string | number | null): boolean {
  return value === null || isOther(Object.values(labels));
}

function compare(a: string | number | null, b: string | number | null, dimension: GroupDimension | undefined): number {
  if (a === b || a === null || b === null) {
    return 0;
  }
  return dimension === undefined ? (a < b ? -1 : 1) : dimension.compare(String(a), String(b));
}
