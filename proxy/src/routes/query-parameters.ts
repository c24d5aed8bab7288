import { Temporal } from 'temporal-polyfill';
import { ApiError } from '../errors.ts';
import type { Filter } from '../query/model/schema.ts';
import type { QueryWindow } from '../query/run.ts';

const listNames = ['metrics', 'groupBy'] as const;
const textNames = ['interval', 'timezone', 'fill', 'compare', 'period', 'shape', 'legend'] as const;
const numberNames = ['schemaVersion', 'minRequests', 'limit'] as const;
// Members of the query model's `parameters`: the schema reads numbers that are written as text.
const settingNames = ['slowMs', 'budget'] as const;
const windowNames = ['from', 'to', 'intervalMs', 'maxDataPoints'] as const;

/**
 * A question and its time range, read from the parameters of a GET route: the query model's own names. `top` is written
 * `limit:by` or `limit:by:other`, `order` is written `column` or `column:direction`.
 */
export function readQueryParameters(parameters: URLSearchParams): {
  input: Record<string, unknown>;
  window: QueryWindow;
} {
  const fields = [...listNames, ...textNames, ...numberNames, ...settingNames, 'filter', 'top', 'order'];
  requireKnown(parameters, [...fields, ...windowNames, 'format']);
  const settings = given(settingNames.map((name) => [name, readOnce(parameters, name)]));
  const input = given([
    ...listNames.map((name) => [name, readList(parameters, name)] as const),
    ...textNames.map((name) => [name, readOnce(parameters, name)] as const),
    ...numberNames.map((name) => [name, readNumber(parameters, name)] as const),
    ['filters', readFiltersIfAny(parameters)],
    ['top', readTop(parameters)],
    ['order', readOrder(parameters)],
    ['parameters', Object.keys(settings).length > 0 ? settings : undefined],
  ]);
  return { input, window: readWindow(parameters) };
}

/** The same of a question about single calls. */
export function readCallsParameters(parameters: URLSearchParams): {
  input: Record<string, unknown>;
  window: QueryWindow;
} {
  requireKnown(parameters, ['from', 'to', 'filter', 'order', 'limit', 'cursor', 'format']);
  return {
    input: given([
      ['kind', 'calls'],
      ['filters', readFiltersIfAny(parameters)],
      ['order', readOrder(parameters)],
      ['limit', readNumber(parameters, 'limit')],
      ['cursor', readOnce(parameters, 'cursor')],
    ]),
    window: { from: readTime(parameters, 'from'), to: readTime(parameters, 'to') },
  };
}

/** `from` and `to` (ms since 1970 or ISO 8601 with an offset), `intervalMs` and `maxDataPoints`. */
export function readWindow(parameters: URLSearchParams): QueryWindow {
  return {
    from: readTime(parameters, 'from'),
    to: readTime(parameters, 'to'),
    intervalMs: readNumber(parameters, 'intervalMs'),
    maxDataPoints: readNumber(parameters, 'maxDataPoints'),
  };
}

/** Repeated `filter=key:operator:value|value`; `\|` and `\\` escape within a value. */
export function readFilters(parameters: URLSearchParams): Filter[] {
  return parameters.getAll('filter').map((text) => {
    const [, key, operator, values] = /^([^:]*):([^:]*):([\s\S]*)$/.exec(text) ?? [];
    if (key === undefined || operator === undefined || values === undefined) {
      throw new ApiError('invalid_request', 'filter: must be written key:operator:value, such as provider:=:openai');
    }
    // The query schema decides whether the operator is one.
    return { key, operator: operator as Filter['operator'], values: splitValues(values) };
  });
}

function readTop(parameters: URLSearchParams): { limit: number; by: string; other?: boolean } | undefined {
  const text = readOnce(parameters, 'top');
  if (text === undefined) {
    return undefined;
  }
  const [, limit, by, other] = /^(\d{1,16}):([^:]+)(?::(true|false))?$/.exec(text) ?? [];
  if (limit === undefined || by === undefined) {
    throw new ApiError('invalid_request', 'top: must be written limit:by or limit:by:true|false, such as 5:cost');
  }
  return { limit: Number(limit), by, ...(other === undefined ? {} : { other: other === 'true' }) };
}

function readOrder(parameters: URLSearchParams): { by: string; direction?: string } | undefined {
  const text = readOnce(parameters, 'order');
  if (text === undefined) {
    return undefined;
  }
  const [by = '', direction, ...rest] = text.split(':');
  if (rest.length > 0) {
    throw new ApiError('invalid_request', 'order: must be written column or column:direction, such as cost:asc');
  }
  return { by, ...(direction === undefined ? {} : { direction }) };
}

function readList(parameters: URLSearchParams, name: string): string[] | undefined {
  const text = readOnce(parameters, name);
  return text === '' ? [] : text?.split(',');
}

function readFiltersIfAny(parameters: URLSearchParams): Filter[] | undefined {
  return parameters.has('filter') ? readFilters(parameters) : undefined;
}

/** An object of the members that have a value. */
function given(members: readonly (readonly [name: string, value: unknown])[]): Record<string, unknown> {
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Throws `invalid_request` for a parameter that is not in the list. */
export function requireKnown(parameters: URLSearchParams, names: readonly string[]): void {
  const unknown = [...parameters.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ApiError('invalid_request', `${unknown.slice(0, 64)}: is not a parameter; allowed: ${names.join(', ')}`);
  }
}

/** The value of a parameter that may be given once. */
export function readOnce(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) {
    throw new ApiError('invalid_request', `${name}: is given more than once`);
  }
  return values[0];
}

export function readNumber(parameters: URLSearchParams, name: string): number | undefined {
  const text = readOnce(parameters, name);
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,16}$/.test(text)) {
    throw new ApiError('invalid_request', `${name}: must be a whole number`);
  }
  return Number(text);
}

function readTime(parameters: URLSearchParams, name: string): number | undefined {
  const text = readOnce(parameters, name);
  if (text === undefined || /^\d{1,16}$/.test(text)) {
    return text === undefined ? undefined : Number(text);
  }
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    throw new ApiError(
      'invalid_request',
      `${name}: must be ms since 1970 or ISO 8601 with an offset, such as 2026-01-31T00:00:00Z`
    );
  }
}

function splitValues(text: string): string[] {
  const values = [''];
  for (const [token] of text.matchAll(/\\[\s\S]|[\s\S]/g)) {
    if (token === '|') {
      values.push('');
    } else {
      values.push((values.pop() ?? '') + (token === '\\|' || token === '\\\\' ? token.slice(1) : token));
    }
  }
  return values;
}
