import { type AdHocVariableFilter } from '@grafana/data';
import { type FilterOperator, type QueryFilter } from './query-model';

const OPERATORS: Record<string, FilterOperator> = { '=|': 'in', '!=|': 'not in' };

const REGULAR_EXPRESSIONS = ['=~', '!~'];

/**
 * A dashboard's ad hoc filters as filters of a query. Operators that there are none of are handed on: the proxy refuses
 * them, so that a panel never shows more than was asked for.
 */
export function adHocFilters(filters: AdHocVariableFilter[] = []): QueryFilter[] {
  return filters.filter(asksForSomething).map(({ key, operator, value, values }) => ({
    key,
    operator: OPERATORS[operator] ?? (operator as FilterOperator),
    values: operator in OPERATORS && values?.length ? values : [value],
  }));
}

/** What a viewer should know about filters that can't be answered. */
export function refusedFilters(filters: AdHocVariableFilter[] = []): string | undefined {
  const refused = filters.filter((filter) => asksForSomething(filter) && REGULAR_EXPRESSIONS.includes(filter.operator));
  const texts = refused.map(({ key, operator, value }) => `${key} ${operator} ${value}`);
  return texts.length === 0
    ? undefined
    : `AI Metrics has no regular expressions: take away the filter ${texts.join(', ')}, or choose = or =| and the values.`;
}

/** Not while it is being typed, nor when a filter of the dashboard's own was switched off, which Grafana writes as `=~ .*`. */
function asksForSomething({ key, operator, value }: AdHocVariableFilter): boolean {
  return key !== '' && value !== '' && !(operator === '=~' && value === '.*');
}
