import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalColumn, decimalColumn } from '../../src/partials/decimal-column.ts';
import { decimalToNumber } from '../../src/partials/decimal.ts';
import type { Merge } from '../../src/partials/partials.ts';

type Units = bigint | null;

const safe = BigInt(Number.MAX_SAFE_INTEGER);
const merges: Merge[] = ['add', 'min', 'max'];

const whole = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
  // Where float64 stops being exact.
  fc.bigInt({ min: -3n, max: 3n }).map((offset) => safe + offset),
  fc.bigInt({ min: -3n, max: 3n }).map((offset) => -safe / 2n + offset),
  fc.bigInt({ min: -(2n ** 120n), max: 2n ** 120n })
);
const units: fc.Arbitrary<Units[]> = fc
  .tuple(fc.array(fc.option(whole), { minLength: 4, maxLength: 4 }), fc.integer({ min: 0, max: 20 }))
  .map(([values, zeros]) => values.map((value) => (value === null ? null : value * 10n ** BigInt(zeros))));

const unitsOf = (column: DecimalColumn) => [0, 1, 2, 3].map((index) => column.units(index));

function mergedByHand(merge: Merge, values: readonly Units[]): Units {
  return values.reduce((present, value) => {
    if (present === null || value === null) {
      return present ?? value;
    }
    const first = merge === 'min' ? value < present : value > present;
    return merge === 'add' ? present + value : first ? value : present;
  }, null);
}

describe('decimalColumn', () => {
  it('leaves the zeros out that all numbers end with, and keeps what float64 has exactly as numbers', () => {
    const column = decimalColumn([25n * 10n ** 16n, null, 0n, -3n * 10n ** 17n, (safe + 1n) * 10n ** 17n]);
    expect([column.zeros, column.mantissas]).toEqual([16, [25, null, 0, -30, (safe + 1n) * 10n]]);
  });

  it('leaves out no more zeros than money has digits behind the point', () => {
    expect([decimalColumn([10n ** 20n]), decimalColumn([0n]), decimalColumn([])].map(({ zeros }) => zeros)).toEqual([
      18, 18, 18,
    ]);
  });

  it('has the numbers that it was made of', () => {
    fc.assert(
      fc.property(units, (values) => {
        expect(unitsOf(decimalColumn(values))).toEqual(values);
      })
    );
  });
});

describe('DecimalColumn.merge', () => {
  it.each(merges)('merges as whole numbers are merged: %s', (merge) => {
    fc.assert(
      fc.property(fc.array(units, { minLength: 1, maxLength: 5 }), (sources) => {
        const column = new DecimalColumn();
        for (const source of sources) {
          column.merge(merge, [0, 1, 2, 3], decimalColumn(source));
        }
        expect(unitsOf(column)).toEqual(
          [0, 1, 2, 3].map((index) =>
            mergedByHand(
              merge,
              sources.map((source) => source[index] ?? null)
            )
          )
        );
      })
    );
  });

  it('takes values from `first` on to the slots, and leaves holes between them', () => {
    const column = new DecimalColumn();
    column.merge('add', [3, 1], decimalColumn([7n, 20n, 30n]), 1);
    expect(unitsOf(column)).toEqual([undefined, 30n, undefined, 20n]);
  });

  it('changes neither the source nor what the column was copied from', () => {
    const source = decimalColumn([10n ** 18n]);
    const column = source.copy();
    column.merge('add', [0], decimalColumn([1n]));
    expect([source.units(0), source.zeros, column.units(0)]).toEqual([10n ** 18n, 18, 10n ** 18n + 1n]);
  });

  it('goes on exactly where a sum leaves the numbers that float64 has, and comes back', () => {
    const column = decimalColumn([safe]);
    column.merge('add', [0], decimalColumn([2n]));
    expect(column.mantissas).toEqual([safe + 2n]);
    column.merge('add', [0], decimalColumn([-2n]));
    expect(column.mantissas).toEqual([Number.MAX_SAFE_INTEGER]);
  });
});

describe('DecimalColumn.merged', () => {
  it.each(merges)('merges the values of a stretch: %s', (merge) => {
    fc.assert(
      fc.property(units, fc.nat(4), fc.nat(4), (values, first, after) => {
        expect(decimalColumn(values).merged(merge, first, after).units(0)).toBe(
          mergedByHand(merge, values.slice(first, Math.max(first, after)))
        );
      })
    );
  });
});

describe('DecimalColumn.nearest', () => {
  it.each([
    [5n * 10n ** 17n, 18, 0.5],
    [-3n * 10n ** 17n, 18, -0.3],
    [1200n, 0, 1200],
    [safe + 2n, 0, 9_007_199_254_740_992],
    [10n ** 40n, 18, 1e22],
  ])('is the float64 nearest to %s units of 10^-%s', (value, scale, number) => {
    expect(decimalColumn([value]).nearest(0, scale)).toBe(number);
  });

  it('is the same as of the whole number', () => {
    fc.assert(
      fc.property(units, fc.constantFrom(0, 2, 18), (values, scale) => {
        const column = decimalColumn(values);
        for (const [index, value] of values.entries()) {
          expect(column.nearest(index, scale)).toBe(value === null ? null : decimalToNumber(value, scale));
        }
      })
    );
  });

  it('is so with mantissas of many digits, too, and with more zeros than float64 has powers of ten', () => {
    const number = fc.maxSafeInteger();
    fc.assert(
      fc.property(number, fc.integer({ min: 0, max: 45 }), fc.constantFrom(0, 18), (mantissa, zeros, scale) => {
        const column = new DecimalColumn(zeros, [mantissa]);
        expect(column.nearest(0, scale)).toBe(decimalToNumber(BigInt(mantissa) * 10n ** BigInt(zeros), scale));
      })
    );
  });

  it('tells null from what is not there', () => {
    const column = decimalColumn([null]);
    expect([column.nearest(0, 18), column.nearest(1, 18)]).toEqual([null, undefined]);
  });
});
