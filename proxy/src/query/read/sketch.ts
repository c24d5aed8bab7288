/**
 * A mergeable quantile sketch with logarithmic buckets (DDSketch: Masson, Rim, Lee, VLDB 2019). Bucket i holds the
 * values in (γ^(i-1), γ^i]; its middle 2γ^i/(γ+1) is within (γ-1)/(γ+1) of each of them. Zero has a bucket of its own;
 * negative values are left out.
 */

// Relative error 0.0099: what float64 logarithms of three engines may differ by at a bucket's edge stays below 1 %.
export const sketchGamma = 1.02;
export const zeroBucket = -1_000_000;

/** Bucket index → number of values. Merging is adding. */
export type Sketch = Map<number, number>;

export function addToSketch(sketch: Sketch, bucket: number, count: number): void {
  sketch.set(bucket, (sketch.get(bucket) ?? 0) + count);
}

/** The bucket of a value ≥ 0, as SQL computes it. */
export function sketchBucket(value: number): number {
  return value === 0 ? zeroBucket : Math.ceil(Math.log(value) / Math.log(sketchGamma));
}

/**
 * The value at rank ⌈q·n⌉ (nearest rank), at most 1 % off and never outside the exact `[min, max]`.
 * `perMille` is q·1000, a whole number, so that the rank is exact. Null without values.
 */
export function sketchQuantile(sketch: Sketch, perMille: number, min: number, max: number): number | null {
  const buckets = [...sketch.entries()].sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil((perMille * total) / 1000));
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (seen >= rank) {
      const middle = bucket === zeroBucket ? 0 : (2 * sketchGamma ** bucket) / (sketchGamma + 1);
      return Math.min(Math.max(middle, min), max);
    }
  }
  return null;
}
