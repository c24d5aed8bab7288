import { type Catalog } from './catalog';
import { kindOf } from './kind-fields';
import { dimensionLabel, metricLabel, words } from './labels';
import { type QueryModel, type QueryOrder, type QueryPeriod } from './query-model';

interface OrderColumn {
  name: string;
  label: string;
}

interface ComparisonPart {
  period: QueryPeriod;
  label: string;
}

/** The columns of the answer that its rows can be put in the order of. */
export function orderColumns(query: QueryModel, catalog?: Catalog): OrderColumn[] {
  switch (kindOf(query)) {
    case 'calls':
      return catalog?.orders ?? [];
    case 'summary':
      return summaryColumns(query, catalog);
    default:
      return [];
  }
}

/** What an order goes by, in words. */
export function orderLabel(query: QueryModel, by: string, catalog?: Catalog): string {
  return orderColumns(query, catalog).find(({ name }) => name === by)?.label ?? words(by);
}

/** What comes first, in words. */
export function directionLabel(query: QueryModel, { by, direction }: QueryOrder): string {
  const descending = direction !== 'asc';
  if (by === 'start_time') {
    return descending ? 'Newest first' : 'Oldest first';
  }
  if (query.groupBy?.includes(by)) {
    return descending ? 'Last to first' : 'First to last';
  }
  return descending ? 'Highest first' : 'Lowest first';
}

function summaryColumns(query: QueryModel, catalog?: Catalog): OrderColumn[] {
  const { metrics = [], groupBy = [], period } = query;
  const parts = comparisonParts(query, catalog).filter((part) => period === undefined || part.period === period);
  return [
    ...groupBy.map((name) => ({ name, label: dimensionLabel(name, catalog) })),
    ...metrics.flatMap((metric) => parts.map((part) => partColumn(metric, part, metrics.length > 1, catalog))),
  ];
}

/** What is answered of each metric, as the proxy names it: without a comparison only the value itself. */
function comparisonParts({ compare = 'none' }: QueryModel, catalog?: Catalog): ComparisonPart[] {
  const current = { period: 'current', label: '' } as const;
  const previous = catalog?.comparisons.find(({ name }) => name === compare)?.label ?? words(compare);
  return compare === 'none'
    ? [current]
    : [
        current,
        { period: 'previous', label: previous },
        { period: 'delta', label: 'Change' },
        { period: 'delta_ratio', label: 'Change in %' },
      ];
}

function partColumn(
  metric: string,
  { period, label }: ComparisonPart,
  several: boolean,
  catalog?: Catalog
): OrderColumn {
  const name = metricLabel(metric, catalog);
  if (period === 'current') {
    return { name: metric, label: name };
  }
  return several ? { name: `${metric}_${period}`, label: `${name}: ${label.toLowerCase()}` } : { name: period, label };
}
