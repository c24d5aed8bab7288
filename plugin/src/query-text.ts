import { type Catalog } from './catalog';
import { type FilterOperator, type QueryFilter, type QueryModel } from './query-model';

const OPERATOR_WORDS: Record<FilterOperator, string> = {
  '=': 'is',
  '!=': 'is not',
  in: 'is one of',
  'not in': 'is none of',
  'starts with': 'starts with',
  contains: 'contains',
  '>': 'over',
  '>=': 'at least',
  '<': 'under',
  '<=': 'at most',
};

/** What a query asks, in words. With the catalog's labels where it is loaded. */
export function queryText(query: QueryModel, catalog?: Catalog): string {
  const { kind, metrics = [], groupBy = [], filters = [], minRequests } = query;
  if (kind !== 'calls' && metrics.length === 0) {
    return 'No metric chosen';
  }
  const metricLabel = (name: string) => catalog?.metrics.find((metric) => metric.name === name)?.label ?? words(name);
  const dimensionLabel = (name: string) =>
    catalog?.dimensions.find((dimension) => dimension.name === name)?.label ?? words(name);
  const filterLabel = (key: string) => catalog?.filters.find((filter) => filter.key === key)?.label ?? words(key);

  const parts = [
    kind === 'calls'
      ? 'single calls'
      : `${list(metrics.map(metricLabel), 'and')} ${kind === 'summary' ? 'in total' : overTime(query)}`,
    groupBy.length > 0 && `by ${list(groupBy.map(dimensionLabel), 'and')}`,
    filters.length > 0 &&
      `where ${list(
        filters.map((filter) => filterText(filter, filterLabel)),
        'and'
      )}`,
    minRequests && `with at least ${minRequests} requests`,
  ];
  return upperFirst(parts.filter(Boolean).join(', '));
}

function overTime({ interval, timezone }: QueryModel): string {
  const per = !interval || interval === 'auto' ? 'over time' : `per ${interval}`;
  return timezone ? `${per} (${timezone})` : per;
}

function filterText({ key, operator, values }: QueryFilter, label: (key: string) => string): string {
  return `${label(key)} ${OPERATOR_WORDS[operator]} ${list(values.map(String), 'or') || '…'}`;
}

function list(texts: string[], conjunction: 'and' | 'or'): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
