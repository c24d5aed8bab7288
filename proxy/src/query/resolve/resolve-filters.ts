import { ApiError } from '../../errors.ts';
import { type DimensionName, filterKeys, measures, type MeasureName } from '../dimensions/dimensions.ts';
import { parseNumber } from '../model/parse-number.ts';
import type { QueryLimits } from './resolve-range.ts';
import type { Filter } from '../model/schema.ts';

export type ResolvedFilter =
  | { type: 'text'; column: DimensionName; operator: Filter['operator']; values: string[] }
  | { type: 'number'; column: MeasureName; operator: '=' | '!=' | '>' | '>=' | '<' | '<='; value: number };

/** Looks up the filters of a question; also used where only filters are asked for. */
export function resolveFilters(filters: readonly Filter[], limits: QueryLimits): ResolvedFilter[] {
  if (filters.length > limits.filters) {
    throw new ApiError('query_too_large', `filters: at most ${String(limits.filters)} filters`);
  }
  return filters.map((filter, index) => resolveFilter(filter, `filters[${String(index)}]`, limits));
}

function resolveFilter(filter: Filter, path: string, limits: QueryLimits): ResolvedFilter {
  const { key, operator, values } = filter;
  if (values.length > limits.filterValues) {
    throw new ApiError('query_too_large', `${path}.values: at most ${String(limits.filterValues)} values`);
  }
  const known = filterKeys.find((candidate) => candidate.key === key);
  if (known === undefined) {
    throw new ApiError(
      'invalid_request',
      `${path}.key: "${key}" is unknown; allowed: ${filterKeys.map((k) => k.key).join(', ')}`
    );
  }
  if (!(known.operators as readonly string[]).includes(operator)) {
    throw new ApiError(
      'invalid_request',
      `${path}.operator: "${operator}" does not fit ${key}; allowed: ${known.operators.join(', ')}`
    );
  }
  if (operator !== 'in' && operator !== 'not in' && values.length > 1) {
    throw new ApiError(
      'invalid_request',
      `${path}.values: "${operator}" takes one value; use in or not in for several`
    );
  }
  const measure = measures.find((candidate) => candidate.name === key);
  if (measure !== undefined) {
    const value = parseNumber(values[0]);
    if (value === null) {
      throw new ApiError('invalid_request', `${path}.values: ${key} is compared with a finite number`);
    }
    return { type: 'number', column: measure.name, operator: operator as '=', value };
  }
  if (values.some((value) => typeof value !== 'string')) {
    throw new ApiError('invalid_request', `${path}.values: ${key} is compared with text`);
  }
  return { type: 'text', column: key as DimensionName, operator, values: values.map(String) };
}
