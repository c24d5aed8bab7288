import { type QueryFilter } from './query-model';

/** Label of the group that holds what did not come out on top. */
export const OTHER = '(other)';

/**
 * Filters that leave only the calls of one group, or undefined where there are none such: the rest of two dimensions
 * is no list of values.
 *
 * @param named all groups of the answer but the rest, where there is only one dimension
 */
export function groupFilters(
  groupBy: string[],
  group: (dimension: string) => string | undefined,
  named: string[]
): QueryFilter[] | undefined {
  const filters: QueryFilter[] = [];
  for (const key of groupBy) {
    const value = group(key);
    if (value === undefined || (value === OTHER && named.length === 0)) {
      return undefined;
    }
    filters.push(
      value === OTHER ? { key, operator: 'not in', values: named } : { key, operator: '=', values: [value] }
    );
  }
  return filters;
}
