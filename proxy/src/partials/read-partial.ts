import { wallMs } from '../time/wall-text.ts';
import { parseDecimal } from './decimal.ts';
import { decimalScale, partialDefinition, type PartialName } from './partials.ts';

/** A value as drivers return it: numbers may come as text (DECIMAL, BIGINT) or as numbers. */
export type PartialValue = string | number | bigint | null;

/**
 * A partial as a whole number in its units; a `time` is its stored time, in ms since 1970 as if it were UTC. Sums of money
 * come in units of 10^-costSumScale. Throws for what is no number or time.
 */
export function readPartial(name: PartialName, value: PartialValue, costSumScale: number): bigint | null {
  if (value === null) {
    return null;
  }
  const { type, merge } = partialDefinition(name);
  switch (type) {
    case 'integer':
      return parseDecimal(value, 0);
    case 'decimal':
      return parseDecimal(value, decimalScale);
    case 'money':
      return parseDecimal(value, merge === 'add' ? decimalScale - costSumScale : decimalScale);
    case 'time':
      return BigInt(wallMs(String(value)));
    default:
      return type satisfies never;
  }
}
