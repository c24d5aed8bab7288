import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Partials } from '../../src/partials/partials.ts';
import { sketchOf, sketchPairs, zeroBucket } from '../../src/partials/sketch.ts';
import {
  type Cells,
  decodePage,
  decodePartials,
  decodeSketches,
  encodePage,
  sketchNames,
  storedPartials,
} from '../../src/rollups/page-codec.ts';
import { tiers } from '../../src/rollups/tiers.ts';

const value = fc.oneof(
  fc.constant(null),
  fc.constant(0n),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(2n ** 120n), max: 2n ** 120n }),
  fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }).map((units) => units * 10n ** 10n)
);
const index = fc.oneof(fc.constant(zeroBucket), fc.integer({ min: -40_000, max: 40_000 }));
const sketch = fc
  .uniqueArray(fc.tuple(index, fc.integer({ min: 1, max: 2 ** 40 })), { selector: ([bucket]) => bucket, minLength: 1 })
  .map((pairs) => sketchOf(pairs));
const partials: fc.Arbitrary<Partials> = fc.record({
  values: fc
    .array(value, { minLength: storedPartials.length, maxLength: storedPartials.length })
    .map((values) => Object.fromEntries(storedPartials.map((name, position) => [name, values[position] ?? null]))),
  sketches: fc.record({ latency: sketch, cost: sketch }, { requiredKeys: [] }),
});

/** With each sketch as one part, so that equal ones look equal. */
function comparable(cells: Cells) {
  return [...cells]
    .sort(([a], [b]) => a - b)
    .map(([start, { values, sketches }]) => [
      start,
      values,
      sketchNames.map((name) => {
        const present = sketches[name];
        return present === undefined ? null : Array.from(sketchPairs(present));
      }),
    ]);
}

describe.each(tiers)('a page of the tier $name', (tier) => {
  const cellsPerPage = tier.pageSeconds / tier.seconds;

  it.each([0, 20_000 * 24 * 86_400 * tier.pageSeconds, -5 * tier.pageSeconds])('at %s comes back as it was', (page) => {
    const start = fc.integer({ min: 0, max: cellsPerPage - 1 }).map((cell) => page + cell * tier.seconds);
    const cells = fc
      .uniqueArray(fc.tuple(start, partials), { selector: ([at]) => at, maxLength: 5 })
      .map((pairs): Cells => new Map(pairs));
    fc.assert(
      fc.property(cells, (written) => {
        expect(comparable(decodePage(tier, page, encodePage(tier, page, written)))).toEqual(comparable(written));
      }),
      { numRuns: 50 }
    );
  });
});

describe('decodePartials', () => {
  const [tier] = tiers;
  const cells: Cells = new Map([
    [3600, { values: { requests: 3n, costSum: 25n * 10n ** 16n }, sketches: {} }],
    [3660, { values: { requests: 1n, costSum: null }, sketches: { latency: sketchOf([[10, 1]]) } }],
  ]);
  const encoded = encodePage(tier, 3600, cells);

  it('reads the columns that are asked for, in the order of time', () => {
    const { starts, values } = decodePartials(tier, 3600, encoded.partials, new Set(['costSum']));
    expect(starts).toEqual([3600, 3660]);
    expect(Object.keys(values)).toEqual(['costSum']);
    expect(starts.map((_, cell) => values.costSum?.units(cell))).toEqual([25n * 10n ** 16n, null]);
  });

  it('refuses bytes that are cut off', () => {
    const half = encoded.partials.subarray(0, encoded.partials.length - 1);
    expect(() => decodePage(tier, 3600, { ...encoded, partials: half })).toThrow(RangeError);
  });

  it('tells cells without a sketch apart', () => {
    expect(decodeSketches(encoded.latency, 2).map((part) => part && Array.from(part))).toEqual([null, [10, 1]]);
  });
});
