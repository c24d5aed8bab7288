import { bigIntOf, decimalToNumber, powerOfTen } from './decimal.ts';
import { decimalScale, type Merge } from './partials.ts';

/** A number wherever float64 has it exactly, which is nearly everywhere: to reckon with a BigInt takes many times as long. */
export type Mantissa = number | bigint;

/**
 * Whole numbers as mantissas times 10^zeros, merged exactly: costs, in units of 10^-18, are beyond what float64 has exactly,
 * their mantissas hardly ever. Null where there is none; undefined where nobody put one.
 */
export class DecimalColumn {
  #zeros: number;
  readonly #mantissas: (Mantissa | null | undefined)[];

  constructor(zeros = decimalScale, mantissas: (Mantissa | null | undefined)[] = []) {
    this.#zeros = zeros;
    this.#mantissas = mantissas;
  }

  get zeros(): number {
    return this.#zeros;
  }

  get mantissas(): readonly (Mantissa | null | undefined)[] {
    return this.#mantissas;
  }

  get length(): number {
    return this.#mantissas.length;
  }

  /** The whole number itself. */
  units(index: number): bigint | null | undefined {
    const mantissa = this.#mantissas[index];
    if (mantissa === undefined || mantissa === null) {
      return mantissa;
    }
    const whole = typeof mantissa === 'number' ? bigIntOf(mantissa) : mantissa;
    return this.#zeros === 0 ? whole : whole * powerOfTen(this.#zeros);
  }

  /** The float64 nearest to the whole number × 10^-scale. */
  nearest(index: number, scale: number): number | null | undefined {
    const mantissa = this.#mantissas[index];
    if (typeof mantissa === 'number') {
      const digits = scale - this.#zeros;
      const power = exactPowers[Math.abs(digits)];
      // What is computed from two numbers that float64 has exactly is the nearest to the result.
      if (power !== undefined) {
        return digits < 0 ? mantissa * power : mantissa / power;
      }
    }
    const units = this.units(index);
    return units === undefined || units === null ? units : decimalToNumber(units, scale);
  }

  /** Merges values of `source` into those at `slots`: the one at `first` into that at the first slot, and so on. */
  merge(merge: Merge, slots: readonly number[], source: DecimalColumn, first = 0): void {
    this.#keepAtMost(source.#zeros);
    const zeros = source.#zeros - this.#zeros;
    const from = source.#mantissas;
    const into = this.#mantissas;
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index] ?? 0;
      const value = from[first + index] ?? null;
      into[slot] = mergeMantissas(merge, into[slot] ?? null, value === null ? null : withZeros(value, zeros));
    }
  }

  /** The values from `first` to before `after` as one. */
  merged(merge: Merge, first = 0, after = this.length): DecimalColumn {
    let merged: Mantissa | null = null;
    for (let index = first; index < after; index += 1) {
      merged = mergeMantissas(merge, merged, this.#mantissas[index] ?? null);
    }
    return new DecimalColumn(this.#zeros, [merged]);
  }

  /** The same values, to be merged into. */
  copy(): DecimalColumn {
    return new DecimalColumn(this.#zeros, this.#mantissas.slice());
  }

  /** Leaves out no more than so many zeros from now on. */
  #keepAtMost(zeros: number): void {
    const fewer = this.#zeros - zeros;
    if (fewer <= 0) {
      return;
    }
    for (const [index, mantissa] of this.#mantissas.entries()) {
      if (mantissa !== undefined && mantissa !== null) {
        this.#mantissas[index] = withZeros(mantissa, fewer);
      }
    }
    this.#zeros = zeros;
  }
}

/** A column of whole numbers, without the zeros that all of them end with. */
export function decimalColumn(units: readonly (bigint | null)[]): DecimalColumn {
  const zeros = commonZeros(units);
  const factor = powerOfTen(zeros);
  return new DecimalColumn(
    zeros,
    units.map((value) => (value === null ? null : mantissaOf(zeros === 0 ? value : value / factor)))
  );
}

/** A whole number as a mantissa. */
export function mantissaOf(whole: bigint): Mantissa {
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}

/** How many zeros all numbers end with, up to the digits behind the point of money. */
function commonZeros(column: readonly (bigint | null)[]): number {
  let zeros = decimalScale;
  for (const value of column) {
    if (value === null || value === 0n) {
      continue;
    }
    if (value % 10n !== 0n) {
      return 0;
    }
    while (value % powerOfTen(zeros) !== 0n) {
      zeros -= 1;
    }
  }
  return zeros;
}

function mergeMantissas(merge: Merge, present: Mantissa | null, value: Mantissa | null): Mantissa | null {
  if (present === null) {
    return value;
  }
  if (value === null) {
    return present;
  }
  switch (merge) {
    case 'add':
      return sumOf(present, value);
    case 'min':
      return value < present ? value : present;
    case 'max':
      return value > present ? value : present;
    default:
      return merge satisfies never;
  }
}

function sumOf(a: Mantissa, b: Mantissa): Mantissa {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    // A safe result is exact, here and in products: what float64 has to round lies beyond.
    if (Number.isSafeInteger(sum)) {
      return sum;
    }
  }
  return mantissaOf(BigInt(a) + BigInt(b));
}

function withZeros(mantissa: Mantissa, zeros: number): Mantissa {
  if (zeros === 0) {
    return mantissa;
  }
  if (typeof mantissa === 'number') {
    const product = mantissa * (exactPowers[zeros] ?? Number.NaN);
    if (Number.isSafeInteger(product)) {
      return product;
    }
  }
  return mantissaOf(BigInt(mantissa) * powerOfTen(zeros));
}

/** The powers of ten that float64 has exactly. */
const exactPowers = Array.from({ length: 23 }, (_, exponent) => Number(powerOfTen(exponent)));
