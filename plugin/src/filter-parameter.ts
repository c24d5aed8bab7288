import { type QueryFilter } from './query-model';

/** A filter as the proxy's GET routes take it: `key:operator:value|value`, with `\` before a `|` or `\` in a value. */
export function filterParameter({ key, operator, values }: QueryFilter): string {
  return `${key}:${operator}:${values.map((value) => String(value).replace(/[\\|]/g, '\\$&')).join('|')}`;
}
