/**
 * A mergeable quantile sketch with logarithmic buckets (DDSketch: Masson, Rim, Lee, VLDB 2019). Bucket i holds the
 * values in (γ^(i-1), γ^i]; its middle 2γ^i/(γ+1) is within (γ-1)/(γ+1) of each of them. Zero has a bucket of its own;
 * negative values are left out.
 */

// Relative error 0.0099: what float64 logarithms of three engines may differ by at a bucket's edge stays below 1 %.
export const sketchGamma = 1.02;
export const zeroBucket = -1_000_000;

/**
 * Bucket indexes and the number of values in each, by turns: `[index, count, index, count, …]`. An array of its own, or a
 * view of what a page holds.
 */
export type SketchPart = ArrayLike<number>;

/** The values of all its parts. Merging is putting parts together; they are added up when somebody looks. */
export interface Sketch {
  parts: SketchPart[];
}

/** A sketch of `[index, count]` pairs. */
export function sketchOf(pairs: Iterable<readonly [number, number]>): Sketch {
  return { parts: [[...pairs].flat()] };
}

/** Adds the values of `source` to those of `target`. */
export function addSketch(target: Sketch, source: Sketch): void {
  // One by one: there may be more than a call can have arguments.
  for (const part of source.parts) {
    target.parts.push(part);
  }
}

/** The bucket of a value ≥ 0, as SQL computes it. */
export function sketchBucket(value: number): number {
  return value === 0 ? zeroBucket : Math.ceil(Math.log(value) / Math.log(sketchGamma));
}

/** The upper edge of a bucket: what its values are not above. */
export function bucketEdge(bucket: number): number {
  return bucket === zeroBucket ? 0 : sketchGamma ** bucket;
}

/** The sketch as one part, each bucket once, in the order of their indexes. */
export function sketchPairs(sketch: Sketch): SketchPart {
  const [first, second] = sketch.parts;
  if (first !== undefined && second === undefined && isSorted(first)) {
    return first;
  }
  const merged = mergeParts(sketch.parts);
  sketch.parts = [merged];
  return merged;
}

/** How many values are in a part. */
export function countIn(part: SketchPart): number {
  let count = 0;
  for (let position = 1; position < part.length; position += 2) {
    count += part[position] ?? 0;
  }
  return count;
}

/** How many values are in buckets above `bucket`. */
export function countAbove(sketch: Sketch, bucket: number): number {
  let count = 0;
  for (const part of sketch.parts) {
    for (let position = 0; position < part.length; position += 2) {
      count += (part[position] ?? 0) > bucket ? (part[position + 1] ?? 0) : 0;
    }
  }
  return count;
}

/**
 * The value at rank ⌈q·n⌉ (nearest rank), at most 1 % off and never outside the exact `[min, max]`.
 * `perMille` is q·1000, a whole number, so that the rank is exact. Null without values.
 */
export function sketchQuantile(sketch: Sketch, perMille: number, min: number, max: number): number | null {
  const pairs = sketchPairs(sketch);
  let total = 0;
  for (let position = 1; position < pairs.length; position += 2) {
    total += pairs[position] ?? 0;
  }
  const rank = Math.max(1, Math.ceil((perMille * total) / 1000));
  let seen = 0;
  for (let position = 0; position < pairs.length; position += 2) {
    seen += pairs[position + 1] ?? 0;
    if (seen >= rank) {
      const bucket = pairs[position] ?? zeroBucket;
      const middle = bucket === zeroBucket ? 0 : (2 * sketchGamma ** bucket) / (sketchGamma + 1);
      return Math.min(Math.max(middle, min), max);
    }
  }
  return null;
}

function isSorted(part: SketchPart): boolean {
  for (let position = 2; position < part.length; position += 2) {
    if ((part[position] ?? 0) <= (part[position - 2] ?? 0)) {
      return false;
    }
  }
  return true;
}

// By position and not by look-up: a summary over a year adds up hundreds of thousands of pairs.
function mergeParts(parts: readonly SketchPart[]): SketchPart {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const part of parts) {
    for (let position = 0; position < part.length; position += 2) {
      const bucket = part[position] ?? zeroBucket;
      if (bucket !== zeroBucket) {
        lowest = Math.min(lowest, bucket);
        highest = Math.max(highest, bucket);
      }
    }
  }
  const counts = new Float64Array(Math.max(0, highest - lowest + 1));
  let zeros = 0;
  for (const part of parts) {
    for (let position = 0; position < part.length; position += 2) {
      const bucket = part[position] ?? zeroBucket;
      const count = part[position + 1] ?? 0;
      if (bucket === zeroBucket) {
        zeros += count;
      } else {
        counts[bucket - lowest] = (counts[bucket - lowest] ?? 0) + count;
      }
    }
  }
  let length = zeros > 0 ? 2 : 0;
  for (let position = 0; position < counts.length; position += 1) {
    length += (counts[position] ?? 0) > 0 ? 2 : 0;
  }
  // Not pushed one by one: an array that grows is copied again and again.
  const pairs = new Array<number>(length);
  let end = 0;
  if (zeros > 0) {
    pairs[0] = zeroBucket;
    pairs[1] = zeros;
    end = 2;
  }
  for (let position = 0; position < counts.length; position += 1) {
    const count = counts[position] ?? 0;
    if (count > 0) {
      pairs[end] = position + lowest;
      pairs[end + 1] = count;
      end += 2;
    }
  }
  return pairs;
}
