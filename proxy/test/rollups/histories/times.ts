import fc from 'fast-check';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Around these a history takes place: changes of Berlin's clock, ends of a month and of a year, a day like others. */
export const places = [
  Date.UTC(2026, 2, 29, 1),
  Date.UTC(2026, 9, 25, 1),
  Date.UTC(2026, 5, 30, 22),
  Date.UTC(2025, 11, 31, 23),
  Date.UTC(2026, 4, 13, 12),
] as const;

/** ms from the place: mostly close by, some far away, many at or beside the edge of a minute, hour, day or page. */
export const distance: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 * minute }) },
  { weight: 4, arbitrary: fc.integer({ min: -4 * hour, max: 4 * hour }) },
  { weight: 3, arbitrary: fc.integer({ min: -4 * day, max: 4 * day }) },
  { weight: 2, arbitrary: fc.integer({ min: -45 * day, max: 45 * day }) },
  { weight: 2, arbitrary: edge(minute, 90) },
  { weight: 2, arbitrary: edge(15 * minute, 60) },
  { weight: 2, arbitrary: edge(hour, 60) },
  { weight: 2, arbitrary: edge(day, 40) }
);

function edge(width: number, most: number): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: -most, max: most }), fc.constantFrom(-1, 0, 0, 0, 1, 999))
    .map(([count, beside]) => count * width + beside);
}

/** The length of a range: from 1 ms to about a third of a year. */
export const length: fc.Arbitrary<number> = fc.oneof(
  fc.noBias(fc.integer({ min: 1, max: 10 * minute })),
  fc.noBias(fc.integer({ min: 1, max: 12 * hour })),
  fc.noBias(fc.integer({ min: 1, max: 9 * day })),
  fc.noBias(fc.integer({ min: 1, max: 120 * day })),
  wholeOf(minute),
  wholeOf(hour),
  wholeOf(day)
);

function wholeOf(width: number): fc.Arbitrary<number> {
  return fc.noBias(fc.integer({ min: 1, max: 100 })).map((count) => count * width);
}
