import { describe, expect, it } from 'vitest';
import { createPicker, createRandom, logNormal, mixSeeds, normal } from '../../src/demo/random.ts';

function take(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

describe('createRandom', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(take(5, createRandom(7))).toEqual(take(5, createRandom(7)));
    expect(take(5, createRandom(7))).not.toEqual(take(5, createRandom(8)));
  });

  it('gives numbers in [0, 1) that are spread evenly', () => {
    const numbers = take(10_000, createRandom(1));
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const count = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1150);
    }
  });
});

describe('mixSeeds', () => {
  it('depends on each number, on their order and on what is beyond 32 bits', () => {
    const seeds = [mixSeeds(1, 2), mixSeeds(2, 1), mixSeeds(1, 3), mixSeeds(1), mixSeeds(1, 2 + 4_294_967_296)];
    expect(new Set(seeds).size).toBe(5);
  });
});

describe('normal', () => {
  it('has mean 0 and deviation 1', () => {
    const random = createRandom(3);
    const numbers = take(20_000, () => normal(random));
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });
});

describe('logNormal', () => {
  it('has the median it is given', () => {
    const random = createRandom(4);
    const numbers = take(20_001, () => logNormal(random, 800, 0.5)).sort((a, b) => a - b);
    expect(numbers[10_000]).toBeGreaterThan(780);
    expect(numbers[10_000]).toBeLessThan(820);
  });
});

describe('createPicker', () => {
  it('picks in proportion to the weights', () => {
    const pick = createPicker([
      { name: 'a', weight: 3 },
      { name: 'b', weight: 1 },
      { name: 'never', weight: 0 },
    ]);
    const random = createRandom(5);
    const names = Array.from({ length: 10_000 }, () => pick(random).name);
    const share = (name: string) => names.filter((picked) => picked === name).length / names.length;
    expect(share('a')).toBeCloseTo(0.75, 1);
    expect(share('b')).toBeCloseTo(0.25, 1);
    expect(share('never')).toBe(0);
  });
});
