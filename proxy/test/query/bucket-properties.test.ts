import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketGrid } from '../../src/query/windows/buckets.ts';
import { type Interval, intervals } from '../../src/query/model/schema.ts';
import { instantOfWallTime, offsetSpans } from '../../src/time/time-zone.ts';
import { positionOf } from './position-of.ts';

const hour = 3_600_000;
const day = 24 * hour;
const at = (text: string) => Date.parse(text);

describe('bucketGrid, whatever the zones, interval and range', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Asia/Kolkata',
    'America/St_Johns',
    'Pacific/Apia',
    'Pacific/Kiritimati',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/Sao_Paulo',
    'America/Havana',
    'Africa/Casablanca',
    'Pacific/Chatham',
    'Asia/Tehran',
    'Antarctica/Troll',
  ];
  const longest: Record<Interval, number> = {
    '1m': 6 * hour,
    '5m': day,
    '15m': 3 * day,
    '30m': 7 * day,
    '1h': 14 * day,
    '6h': 60 * day,
    day: 400 * day,
    week: 400 * day,
    month: 400 * day,
  };
  // Half of the ranges begin close to a change of a zone's clock.
  const from = (zone: string) =>
    fc.oneof(
      fc.integer({ min: at('2010-01-01T00:00Z'), max: at('2030-01-01T00:00Z') }),
      fc
        .tuple(fc.integer({ min: 2010, max: 2029 }), fc.nat(5), fc.integer({ min: -6 * hour, max: 6 * hour }))
        .map(([year, index, distance]) => {
          const spans = offsetSpans(zone, Date.UTC(year), Date.UTC(year + 1));
          return (spans[index % spans.length]?.from ?? 0) + distance;
        })
    );
  const question = fc
    .record({
      interval: fc.constantFrom(...intervals),
      zone: fc.constantFrom(...zones),
      storedZone: fc.oneof(fc.constant('UTC'), fc.constantFrom(...zones)),
    })
    .chain((fixed) =>
      fc.record({
        interval: fc.constant(fixed.interval),
        zone: fc.constant(fixed.zone),
        storedZone: fc.constant(fixed.storedZone),
        from: fc.oneof(from(fixed.zone), from(fixed.storedZone)),
        length: fc.integer({ min: 1, max: longest[fixed.interval] }),
        parts: fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), {
          minLength: 20,
          maxLength: 20,
        }),
      })
    );

  it('has buckets in order, without gaps or overlaps, that cover the range and no more', () => {
    fc.assert(
      fc.property(question, ({ interval, zone, storedZone, from, length }) => {
        const { buckets } = bucketGrid(interval, zone, storedZone, from, from + length);
        const first = buckets[0];
        const last = buckets.at(-1);
        expect(buckets.slice(1).map(({ start }) => start)).toEqual(buckets.slice(0, -1).map(({ end }) => end));
        expect(buckets.filter(({ start, end }) => start >= end)).toEqual([]);
        expect(first === undefined || first.start > from || first.end <= from).toBe(false);
        expect(last === undefined || last.start >= from + length || last.end < from + length).toBe(false);
      }),
      { numRuns: 200 }
    );
  });

  it('puts each stored time in the bucket that holds its instant', () => {
    fc.assert(
      fc.property(question, ({ interval, zone, storedZone, from, length, parts }) => {
        const to = from + length;
        const grid = bucketGrid(interval, zone, storedZone, from, to);
        for (const part of parts) {
          // Any text that may stand in the table within a day of the range, skipped and repeated times too.
          const stored = Math.floor(from - day + part * (length + 2 * day));
          const instant = instantOfWallTime(storedZone, stored);
          const inside = instant >= from && instant < to;
          expect([stored, positionOf(grid, stored)]).toEqual([
            stored,
            inside ? grid.buckets.findIndex(({ start, end }) => start <= instant && instant < end) : null,
          ]);
        }
      }),
      { numRuns: 200 }
    );
  });

  it('has for a range before the buckets of the range itself, moved back', () => {
    fc.assert(
      fc.property(question, fc.integer({ min: 1, max: 400 * 86_400 }), (asked, seconds) => {
        const { interval, zone, storedZone, from, length, parts } = asked;
        const shift = seconds * 1000;
        const later = bucketGrid(interval, zone, storedZone, from + shift, from + shift + length).buckets;
        const before = bucketGrid(interval, zone, storedZone, from, from + length, shift);
        const movedBack = later.map(({ start, end }) => ({ start: start - shift, end: end - shift }));
        expect(before.buckets).toEqual(movedBack);
        for (const part of parts) {
          const stored = Math.floor(from - day + part * (length + 2 * day));
          const instant = instantOfWallTime(storedZone, stored);
          const inside = instant >= from && instant < from + length;
          expect([stored, positionOf(before, stored)]).toEqual([
            stored,
            inside ? movedBack.findIndex(({ start, end }) => start <= instant && instant < end) : null,
          ]);
        }
      }),
      { numRuns: 200 }
    );
  });

  it('gives a point the same time in any range that touches it', () => {
    fc.assert(
      fc.property(question, ({ interval, zone, from, length, parts: [part = 0] }) => {
        const whole = bucketGrid(interval, zone, 'UTC', from, from + length).buckets;
        const start = from + Math.floor(part * length);
        const [first] = bucketGrid(interval, zone, 'UTC', start, from + length).buckets;
        expect(whole).toContainEqual(first);
      }),
      { numRuns: 200 }
    );
  });
});
