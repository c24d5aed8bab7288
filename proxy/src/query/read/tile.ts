import { tiers } from '../../rollups/tiers.ts';
import type { Segment } from './segments.ts';

// Zones that were minutes and seconds apart from UTC have buckets that fit no cell: then rows answer all of it.
const mostRawStretches = 16;

/**
 * Chooses the fewest cells that fit between the `cuts`: stored times, ascending, at which what a call counts for may
 * change; the first and the last are the ends. What is left over at the ends is read as rows, and so is what is not in
 * the rollups yet. Together the segments cover the time exactly once; calls that are read as rows beside cells all count
 * for the same.
 */
export function tileCells(cuts: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  for (let position = 1; position < cuts.length; position += 1) {
    for (const segment of tile(cuts[position - 1] ?? 0, cuts[position] ?? 0, tiers.length)) {
      join(segments, segment);
    }
  }
  if (segments.filter(({ source }) => source === 'raw').length > mostRawStretches) {
    return [{ source: 'raw', wallFrom: cuts[0] ?? 0, wallTo: cuts.at(-1) ?? 0 }];
  }
  return [...segments, ...tails(segments)];
}

/** The largest cells in the middle, smaller ones on both sides of them, and rows where no cell fits. */
function tile(wallFrom: number, wallTo: number, level: number): Segment[] {
  if (wallFrom >= wallTo) {
    return [];
  }
  const tier = tiers[level - 1];
  if (tier === undefined) {
    return [{ source: 'raw', wallFrom, wallTo }];
  }
  const width = tier.seconds * 1000;
  const first = Math.ceil(wallFrom / width) * width;
  const last = Math.floor(wallTo / width) * width;
  return first >= last
    ? tile(wallFrom, wallTo, level - 1)
    : [
        ...tile(wallFrom, first, level - 1),
        { source: 'rollup', tier, wallFrom: first, wallTo: last },
        ...tile(last, wallTo, level - 1),
      ];
}

function join(segments: Segment[], next: Segment): void {
  const last = segments.at(-1);
  if (last?.source === 'rollup' && next.source === 'rollup' && last.tier === next.tier) {
    last.wallTo = next.wallTo;
  } else {
    segments.push(next);
  }
}

/** For each stretch of neighbouring cells the calls that are not in them yet. */
function tails(segments: readonly Segment[]): Segment[] {
  const found: Segment[] = [];
  for (const { source, wallFrom, wallTo } of segments) {
    const last = found.at(-1);
    if (source === 'rollup' && last?.wallTo === wallFrom) {
      last.wallTo = wallTo;
    } else if (source === 'rollup') {
      found.push({ source: 'tail', wallFrom, wallTo });
    }
  }
  return found;
}
