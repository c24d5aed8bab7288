import type { BucketGrid } from '../../src/query/windows/buckets.ts';

/** What SQL computes for a stored time; null outside the range. */
export function positionOf({ rule, wallFrom, wallTo }: BucketGrid, stored: number): number | null {
  if (stored < wallFrom || stored >= wallTo) {
    return null;
  }
  switch (rule.type) {
    case 'single':
      return 0;
    case 'fixed': {
      const piece = rule.pieces.find(({ wallTo: end }) => stored < end) ?? rule.pieces.at(-1);
      if (piece === undefined) {
        return null;
      }
      return 'index' in piece
        ? piece.index
        : // As `div` does it, which cuts towards zero.
          Math.trunc((Math.floor(stored / 1000) + piece.shiftSeconds) / rule.widthSeconds);
    }
    case 'listed':
      return rule.ends.findIndex((end) => stored < end);
  }
}
