/**
 * Exact decimal numbers as whole units of 10^-scale, so that sums of money lose nothing until the last step.
 */

/**
 * Reads what a driver returns for a number (`"12.50"`, `12.5`, `1.2e-7`, `12n`) as units of 10^-scale, rounded half
 * away from zero where it has more digits. Throws on anything else.
 */
export function parseDecimal(value: string | number | bigint, scale: number): bigint {
  const text = String(value);
  // What most are, and there may be millions.
  const plain = readPlain(text, scale);
  if (plain !== null) {
    return plain;
  }
  const match = /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) {
    throw new TypeError('Not a decimal number');
  }
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = scale - fraction.length + Number(exponent);
  const units = shift >= 0 ? digits * powerOfTen(shift) : divideHalfUp(digits, powerOfTen(-shift));
  return sign === '-' ? -units : units;
}

/** Reads `12` and `12.50`; null for all else. */
function readPlain(text: string, scale: number): bigint | null {
  if (!/^\d+(?:\.\d+)?$/.test(text)) {
    return null;
  }
  const point = text.indexOf('.');
  const digits = point === -1 ? text : text.slice(0, point) + text.slice(point + 1);
  const fraction = point === -1 ? 0 : text.length - point - 1;
  if (fraction > scale) {
    return null;
  }
  // Through float64 where that is exact, because it is quicker.
  const whole = digits.length > 15 ? BigInt(digits) : bigIntOf(Number(digits));
  return fraction === scale ? whole : whole * powerOfTen(scale - fraction);
}

const smallest = Array.from({ length: 1024 }, (_, value) => BigInt(value));

/** The same as BigInt(value); the small ones, which are most, are made once. */
export function bigIntOf(value: number): bigint {
  return smallest[value] ?? BigInt(value);
}

/** The float64 nearest to `units` × 10^-scale. */
export function decimalToNumber(units: bigint, scale: number): number {
  return (
    exactQuotient(units, scale, Math.min(usualZeros, scale)) ??
    exactQuotient(units, scale, scale) ??
    Number(`${units.toString()}e-${String(scale)}`)
  );
}

/**
 * The same for units that end with so many zeros and have few digits before them, which are most. A quotient of two
 * numbers that float64 has exactly is the nearest to it.
 */
function exactQuotient(units: bigint, scale: number, zeros: number): number | null {
  const factor = powerOfTen(zeros);
  const mantissa = zeros === 0 ? units : units / factor;
  return mantissa >= -mostExact && mantissa <= mostExact && (zeros === 0 || mantissa * factor === units)
    ? Number(mantissa) / 10 ** (scale - zeros)
    : null;
}

const mostExact = BigInt(Number.MAX_SAFE_INTEGER);

// Of money in units of 10^-18: costs have 8 digits.
const usualZeros = 10;

const powersOfTen: bigint[] = [];

export function powerOfTen(exponent: number): bigint {
  return (powersOfTen[exponent] ??= 10n ** BigInt(exponent));
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}
