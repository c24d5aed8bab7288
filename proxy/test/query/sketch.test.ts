import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSketch,
  type Sketch,
  sketchBucket,
  sketchGamma,
  sketchOf as sketchOfPairs,
  sketchPairs,
  sketchQuantile,
  zeroBucket,
} from '../../src/partials/sketch.ts';

function sketchOf(values: readonly number[]): Sketch {
  return sketchOfPairs(values.map((value) => [sketchBucket(value), 1]));
}

function quantileOf(values: readonly number[], perMille: number): number | null {
  return sketchQuantile(sketchOf(values), perMille, Math.min(...values), Math.max(...values));
}

/** The definition itself, on sorted values: the one at rank ⌈q·n⌉, by whole-number arithmetic. */
function nearestRank(values: readonly number[], perMille: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Number((BigInt(perMille) * BigInt(sorted.length) + 999n) / 1000n));
  return sorted[rank - 1] ?? Number.NaN;
}

describe('sketchQuantile', () => {
  it('is null without values', () => {
    expect(sketchQuantile({ parts: [] }, 500, 0, 0)).toBeNull();
  });

  it.each([1, 500, 950, 990, 1000])('of one value is that value exactly, at %s per mille', (perMille) => {
    expect(quantileOf([1234], perMille)).toBe(1234);
  });

  it('takes the nearest rank: the fifth of ten at p50, not a mean of two', () => {
    const values = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000];
    const median = quantileOf(values, 500);
    expect(median).toBeGreaterThan(500 * 0.99);
    expect(median).toBeLessThan(500 * 1.01);
    // ⌈0.501 · 10⌉ = 6
    expect(quantileOf(values, 501)).toBeGreaterThan(600 * 0.99);
  });

  it('counts ranks in whole numbers: p55 of 100 is the 55th', () => {
    // 0.55 · 100 is 55.00000000000001 in float64, and ⌈…⌉ of that the 56th.
    const values = Array.from({ length: 100 }, (_, index) => (index < 55 ? 10 : 1000));
    expect(quantileOf(values, 550)).toBeLessThan(10.1);
  });

  it('keeps zeros in a bucket of their own, below every other value', () => {
    expect(sketchBucket(0)).toBe(zeroBucket);
    expect(sketchBucket(Number.MIN_VALUE)).toBeGreaterThan(zeroBucket);
    expect(quantileOf([0, 0, 0, 5], 500)).toBe(0);
    expect(quantileOf([0, 0, 0, 5], 1000)).toBe(5);
  });

  it('never leaves the exact minimum and maximum', () => {
    // 1 is the upper edge of bucket 0, whose middle is 2/2.02 = 0.99.
    expect(quantileOf([1, 1, 1], 500)).toBe(1);
    expect(quantileOf([1, 1.001], 1000)).toBe(1.001);
  });

  it('puts the edges of a bucket and its middle within 1 % of each other', () => {
    for (const bucket of [-700, -1, 0, 1, 350, 1200]) {
      const middle = (2 * sketchGamma ** bucket) / (sketchGamma + 1);
      expect(Math.abs(middle / sketchGamma ** bucket - 1)).toBeLessThan(0.00991);
      expect(Math.abs(middle / sketchGamma ** (bucket - 1) - 1)).toBeLessThan(0.00991);
    }
  });

  it('is at most 1 % off the exact nearest rank, whatever the values', () => {
    const anyValue = fc.oneof(
      fc.integer({ min: 0, max: 4_294_967_295 }),
      fc.integer({ min: 0, max: 20 }),
      fc.double({ min: 1e-8, max: 1e9, noNaN: true }),
      fc.constant(0)
    );
    fc.assert(
      fc.property(
        fc.array(anyValue, { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 1000 }),
        (values, q) => {
          const exact = nearestRank(values, q);
          const found = quantileOf(values, q) ?? Number.NaN;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.01);
        }
      ),
      { numRuns: 500 }
    );
  });

  it('is the same whether sketches are merged or made at once, in any order', () => {
    const values = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, values, fc.constantFrom(500, 750, 900, 950, 990), (left, right, q) => {
        const both = [...left, ...right];
        const merged = sketchOf(right);
        addSketch(merged, sketchOf(left));
        expect(sketchQuantile(merged, q, Math.min(...both), Math.max(...both))).toBe(quantileOf(both, q));
      })
    );
  });

  it('adds up each bucket once, in the order of indexes, zeros first', () => {
    expect(Array.from(sketchPairs(sketchOf([5, 0, 3, 5, 0])))).toEqual([
      zeroBucket,
      2,
      sketchBucket(3),
      1,
      sketchBucket(5),
      2,
    ]);
  });
});
