import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalToNumber, parseDecimal } from '../../src/partials/decimal.ts';

describe('parseDecimal', () => {
  it.each([
    ['12.50', 2, 1250n],
    ['12.5', 18, 12_500_000_000_000_000_000n],
    ['0', 18, 0n],
    ['-0.00000001', 8, -1n],
    [12.5, 2, 1250n],
    [1.2e-7, 8, 12n],
    ['1.2E-7', 8, 12n],
    ['5e+3', 0, 5000n],
    [1e21, 0, 1_000_000_000_000_000_000_000n],
    [7n, 3, 7000n],
    ['9007199254740993', 0, 9_007_199_254_740_993n],
    ['123456789012345678901234567890.12345678', 8, 12_345_678_901_234_567_890_123_456_789_012_345_678n],
    ['3.', 1, 30n],
  ])('reads %s as units of 10^-%s', (value, scale, units) => {
    expect(parseDecimal(value, scale)).toBe(units);
  });

  it.each([
    ['0.005', 2, 1n],
    ['0.0049', 2, 0n],
    ['-0.005', 2, -1n],
    ['-0.0049', 2, 0n],
    ['2.5', 0, 3n],
    ['1e-30', 18, 0n],
  ])('rounds %s to %s digits, half away from zero', (value, scale, units) => {
    expect(parseDecimal(value, scale)).toBe(units);
  });

  it.each(['', ' 1', 'abc', '0x10', '1,5', '--1', 'NaN', 'Infinity', '.5', '1e', Number.NaN, Number.POSITIVE_INFINITY])(
    'throws on %s',
    (value) => {
      expect(() => parseDecimal(value, 2)).toThrow(TypeError);
    }
  );
});

describe('decimalToNumber', () => {
  it.each([
    [1250n, 2, 12.5],
    [0n, 18, 0],
    [-1n, 8, -1e-8],
    [300_000_000_000_000_000n, 18, 0.3],
    [9_007_199_254_740_993n, 0, 9_007_199_254_740_992],
    [900_719_925_474_099_300n, 2, 9_007_199_254_740_992],
    [5n, 0, 5],
  ])('is the float64 nearest to %s units of 10^-%s', (units, scale, value) => {
    expect(decimalToNumber(units, scale)).toBe(value);
  });

  it('adds tenths exactly, which float64 does not', () => {
    const tenth = parseDecimal('0.1', 18);
    expect(decimalToNumber(tenth + tenth + tenth, 18)).toBe(0.3);
  });

  it('gives back every float64 that was read with enough digits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999, max: 999_999_999 }),
        fc.integer({ min: 0, max: 9 }),
        (whole, digits) => {
          const value = whole / 10 ** digits;
          expect(decimalToNumber(parseDecimal(value, 18), 18)).toBe(value === 0 ? 0 : value);
        }
      )
    );
  });
});
