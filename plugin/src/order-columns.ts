import { type Catalog } from './catalog';
import { kindOf } from './kind-fields';
import { dimensionLabel, metricLabel, words } from './labels';
import { type QueryModel, type QueryOrder } from './query-model';

interface OrderColumn {
  name: string;
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
  const { metrics = [], groupBy = [] } = query;
  const compared = comparedColumns(query, catalog);
  return [
    ...groupBy.map((name) => ({ name, label: dimensionLabel(name, catalog) })),
    ...metrics.flatMap((metric) => {
      const label = metricLabel(metric, catalog);
      return [
        { name: metric, label },
        ...compared.map((column) =>
          metrics.length === 1
            ? column
            : { name: `${metric}_${column.name}`, label: `${label}: ${column.label.toLowerCase()}` }
        ),
      ];
    }),
  ];
}

function comparedColumns({ compare = 'none' }: QueryModel, catalog?: Catalog): OrderColumn[] {
  const previous = catalog?.comparisons.find(({ name }) => name === compare)?.label ?? words(compare);
  return compare === 'none'
    ? []
    : [
        { name: 'previous', label: previous },
        { name: 'delta', label: 'Change' },
        { name: 'delta_ratio', label: 'Change in %' },
      ];
}
