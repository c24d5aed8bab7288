import { type ScopedVars } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';
import { type FilterOperator, type QueryFilter } from './query-model';
import { expandVariables } from './variable-values';

/** Placeholder of a variable's search box (see Grafana's docs on query variables); unknown outside of one. */
const SEARCH_FILTER = /\$\{?__searchFilter\}?/g;

const LIST_OPERATORS: Partial<Record<FilterOperator, FilterOperator>> = { '=': 'in', '!=': 'not in' };
const EXCLUDING: FilterOperator[] = ['!=', 'not in'];

/**
 * Puts the variables' values into filters, as lists and never as joined text.
 * A filter without values, or whose variable stands on *All*, is left out: it asks for everything. (An excluding filter
 * on *All* keeps its list, because it asks for nothing.) A custom *All* value is text that the author wrote: it is used.
 */
export function interpolateFilters(
  filters: QueryFilter[] | undefined,
  templateSrv: TemplateSrv,
  scopedVars: ScopedVars
): QueryFilter[] {
  return (filters ?? []).flatMap((filter) => {
    const found = filter.values.map((value) => expandVariables(String(value), templateSrv, scopedVars));
    if (found.some(({ all }) => all) && !EXCLUDING.includes(filter.operator)) {
      return [];
    }
    const values = [...new Set(found.flatMap(({ values }) => values))].filter((value) => value !== '');
    if (values.length === 0) {
      return [];
    }
    const operator = (values.length > 1 && LIST_OPERATORS[filter.operator]) || filter.operator;
    return [{ ...filter, operator, values }];
  });
}

/** Puts variables into a dimension's search text. */
export function interpolateSearch(search: string | undefined, templateSrv: TemplateSrv, scopedVars: ScopedVars) {
  return templateSrv.replace(search, scopedVars).replace(SEARCH_FILTER, '').trim();
}

/** Puts variables into a zone, and gives it its IANA name. */
export function interpolateZone(zone: string | undefined, templateSrv: TemplateSrv, scopedVars: ScopedVars) {
  return zone ? ianaZone(templateSrv.replace(zone, scopedVars)) : undefined;
}

/** The IANA name of one of Grafana's zones. `$__timezone` stays where Grafana knows no dashboard: it is the browser's. */
export function ianaZone(zone: string): string {
  switch (zone) {
    case 'browser':
    case '$__timezone':
    case '${__timezone}':
      return Intl.DateTimeFormat().resolvedOptions().timeZone;
    case 'utc':
      return 'UTC';
    default:
      return zone;
  }
}

/** Whether a text names a variable. */
export function hasVariable(text: string): boolean {
  return /\$\{?\w|\[\[\w/.test(text);
}
