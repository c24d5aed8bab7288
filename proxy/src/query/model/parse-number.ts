/** The finite number that `value` is, or is the text of; null where it is none. */
export function parseNumber(value: string | number | undefined): number | null {
  if (typeof value === 'string' && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value.trim())) {
    return null;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
