import { Temporal } from 'temporal-polyfill';
import { ApiError } from '../errors.ts';
import type { Filter } from '../query/schema.ts';
import type { QueryWindow } from '../query/run.ts';

const lists = ['metrics', 'groupBy'] as const;
const texts = ['interval', 'timezone', 'fill', 'shape', 'legend'] as const;
const numbers = ['schemaVersion', 'minRequests'] as const;
const windowNames = ['from', 'to', 'intervalMs', 'maxDataPoints'] as const;

/** A question and its time range, read from the parameters of a GET route: the query model's own names. */
export function readQueryParameters(parameters: URLSearchParams): {
  input: Record<string, unknown>;
  window: QueryWindow;
} {
  requireKnown(parameters, [...lists, ...texts, ...numbers, ...windowNames, 'filter', 'format']);
  const input: Record<string, unknown> = {};
  for (const name of lists) {
    const value = readOnce(parameters, name);
    if (value !== undefined) {
      input[name] = value === '' ? [] : value.split(',');
    }
  }
  for (const name of texts) {
    const value = readOnce(parameters, name);
    if (value !== undefined) {
      input[name] = value;
    }
  }
  for (const name of numbers) {
    const value = readNumber(parameters, name);
    if (value !== undefined) {
      input[name] = value;
    }
  }
  const filters = readFilters(parameters);
  if (filters.length > 0) {
    input['filters'] = filters;
  }
  return { input, window: readWindow(parameters) };
}

/** The same of a question about single calls; `order` is written `column` or `column:direction`. */
export function readCallsParameters(parameters: URLSearchParams): {
  input: Record<string, unknown>;
  window: QueryWindow;
} {
  requireKnown(parameters, ['from', 'to', 'filter', 'order', 'limit', 'cursor', 'format']);
  const filters = readFilters(parameters);
  const [by, direction, ...rest] = readOnce(parameters, 'order')?.split(':') ?? [];
  if (rest.length > 0) {
    throw new ApiError('invalid_request', 'order: must be written column or column:direction, such as cost:asc');
  }
  const given = {
    filters: filters.length > 0 ? filters : undefined,
    order: by === undefined ? undefined : { by, direction },
    limit: readNumber(parameters, 'limit'),
    cursor: readOnce(parameters, 'cursor'),
  };
  return {
    input: { kind: 'calls', ...given },
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

// Fields of the query model that no parameter stands for yet.
const unbuilt = ['top', 'compare', 'order', 'limit', 'cursor', 'parameters'];

/** Throws `invalid_request` for a parameter that is not in the list. */
export function requireKnown(parameters: URLSearchParams, names: readonly string[]): void {
  const unknown = [...parameters.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined && unbuilt.includes(unknown)) {
    throw new ApiError('invalid_request', `${unknown}: not available yet`);
  }
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
