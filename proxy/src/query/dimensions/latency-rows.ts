import { sql } from 'kysely';
import { noneLabel } from './dimensions.ts';
import type { GroupDimension } from './group-dimension.ts';
import { sketchBucket, sketchGamma } from '../../partials/sketch.ts';
import { sketchIndex } from '../../partials/sketch-index.ts';

/** Rows of a heatmap are this many buckets of the sketch: each ends 27 % higher than the one below. */
const bucketsPerRow = 12;

/** The row of a call's duration in a heatmap: a whole number, or `(none)` without a duration or with one below 0. */
export const latencyRow: GroupDimension = {
  name: 'latency_row',
  label: 'Duration',
  description: 'Durations of about the same length.',
  needsTop: false,
  size: Math.ceil(sketchBucket(Number.MAX_VALUE) / bucketsPerRow) + 1,
  zoned: false,
  key: (columns, { dialect }) => {
    const duration = columns.ref('total_time');
    const index = sketchIndex(duration, dialect);
    // ⌈index / bucketsPerRow⌉
    const row = dialect.floorDivide(sql<number>`${index} + ${bucketsPerRow - 1}`, bucketsPerRow);
    return sql<number | null>`case when ${duration} > 1 then ${row} when ${duration} >= 0 then 0 end`;
  },
  rolledUp: {
    by: 'latency',
    key: (bucket) => (bucket === null ? null : Math.max(0, Math.ceil(bucket / bucketsPerRow))),
  },
  labelOf: (key) => (key === null ? noneLabel : String(Number(key))),
  // Those that have no row come last.
  compare: (a, b) => (a === b ? 0 : a === noneLabel ? 1 : b === noneLabel ? -1 : Number(a) - Number(b)),
};

/**
 * The durations of a row in ms, `(min, max]`. Those of row 0 are from 0 to 1 ms; its `min` is above 0 so that it has its
 * place on a logarithmic axis.
 */
export function rowBounds(label: string): { min: number; max: number } {
  const row = Number(label);
  return { min: sketchGamma ** ((row - 1) * bucketsPerRow), max: sketchGamma ** (row * bucketsPerRow) };
}
