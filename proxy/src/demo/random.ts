/** A stream of numbers in [0, 1) that depends on nothing but its seed. */
export type Random = () => number;

/** mulberry32 (Tommy Ettinger, public domain): small, fast, and good enough for made-up calls. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Mixes whole numbers into one seed (FNV-1a over their 32-bit halves). */
export function mixSeeds(...parts: number[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part >>> 0), 0x01000193);
    hash = Math.imul(hash ^ (Math.floor(part / 4_294_967_296) >>> 0), 0x01000193);
  }
  return hash >>> 0;
}

/** A normally distributed number with mean 0 and deviation 1 (Box-Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A log-normally distributed number with this median; `sigma` is the deviation of its logarithm. */
export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(random));
}

/** Picks items with a chance in proportion to their weight. */
export function createPicker<T extends { weight: number }>(items: readonly [T, ...T[]]): (random: Random) => T {
  const total = items.reduce((sum, { weight }) => sum + weight, 0);
  return (random) => {
    let left = random() * total;
    for (const item of items) {
      left -= item.weight;
      if (left < 0) {
        return item;
      }
    }
    return items[0];
  };
}
