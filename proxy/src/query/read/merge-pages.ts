import { mergePartial, type PartialName, type Partials, type SketchName } from '../../partials/partials.ts';
import { countAbove, type SketchPart } from '../../partials/sketch.ts';
import type { Group } from '../../rollups/content.ts';
import { decodePartials, decodeSketches, type PageColumns } from '../../rollups/page-codec.ts';
import type { RolledUp } from '../../rollups/read-rollups.ts';
import type { RollupPage } from '../../rollups/rollup-page.ts';
import { bucketAt } from '../windows/buckets.ts';
import type { Window } from '../windows/windows.ts';
import { bucketOf, bucketsOf, type Found, instantOf } from './merge.ts';
import { clocksOf, type WindowPlan } from './plan.ts';
import { neededSketchPages, neededPartials, type Question } from './question.ts';
import { isRollup } from './segments.ts';
import { slowAbove } from './slow-threshold.ts';

/** A page, decoded as far as a window needs it; sketches by cell. */
interface Decoded extends PageColumns {
  sketches: Partial<Record<SketchName, (SketchPart | null)[]>>;
}

/** Adds what the rollups had for the segments of `plans` to what was found. */
export function mergePages(
  found: Found,
  query: Question,
  plans: readonly WindowPlan[],
  { sealed, open }: Pick<RolledUp, 'sealed' | 'open'>
): void {
  let stretch = 0;
  for (const { window, segments } of plans) {
    const needed = new Set(neededPartials(window));
    const merge = query.groupBy.some(({ rolledUp }) => rolledUp?.by === 'latency')
      ? durationsMerger(found, query, window)
      : cellsMerger(found, query, window, needed);
    for (const segment of segments.filter(isRollup)) {
      for (const page of [...(sealed[stretch] ?? []), ...open]) {
        const decoded = decode(page, query, window, needed);
        const merged = merge(page.group);
        for (const [cell, start] of decoded.starts.entries()) {
          const wall = start * 1000;
          if (wall >= segment.wallFrom && wall < segment.wallTo) {
            merged(decoded, cell, wall);
          }
        }
      }
      stretch += 1;
    }
  }
}

type MergeCell = (page: Decoded, cell: number, wall: number) => void;

function decode(page: RollupPage, query: Question, window: Window, needed: ReadonlySet<PartialName>): Decoded {
  const columns = decodePartials(page.tier, page.page, page.partials, needed);
  const sketches: Decoded['sketches'] = {};
  for (const name of neededSketchPages(query, window)) {
    sketches[name] = decodeSketches(page[name] ?? Buffer.alloc(0), columns.starts.length);
  }
  return { ...columns, sketches };
}

/** Of cells whose calls all have the same labels. */
function cellsMerger(found: Found, query: Question, window: Window, needed: ReadonlySet<PartialName>) {
  const clocks = clocksOf(query, window);
  const names = [...needed].filter((name) => name !== 'slowRequests');
  const slow = needed.has('slowRequests') ? slowAbove(query.parameters.slowMs) : null;
  const sketches = window.metrics.flatMap(({ sketch }) => sketch ?? []);
  return (group: Group): MergeCell => {
    const bucketsAt = (wall: number) =>
      bucketsOf(
        found.group(
          query.groupBy.map(({ rolledUp, labelOf }, position) => {
            const clock = clocks.get(position);
            return labelOf(
              clock === undefined ? (rolledUp?.by === 'group' ? rolledUp.key(group) : null) : clock.keyAt(wall)
            );
          })
        ),
        window
      );
    let buckets: Map<number, Partials> | undefined;
    return (page, cell, wall) => {
      // Without a clock all cells of the page are of the same group.
      buckets = buckets === undefined || clocks.size > 0 ? bucketsAt(wall) : buckets;
      const target = bucketOf(buckets, positionOf(window, wall));
      for (const name of names) {
        const value = instantOf(name, page.values[name]?.[cell] ?? null, query.storedZone);
        target.values[name] = mergePartial(name, target.values[name], value);
      }
      const durations = page.sketches.latency?.[cell] ?? null;
      if (slow !== null) {
        const count = durations === null ? 0 : countAbove({ parts: [durations] }, slow);
        target.values.slowRequests = mergePartial('slowRequests', target.values.slowRequests, BigInt(count));
      }
      for (const name of sketches) {
        const part = page.sketches[name]?.[cell] ?? null;
        if (part !== null) {
          (target.sketches[name] ??= { parts: [] }).parts.push(part);
        }
      }
    };
  };
}

/** Of calls grouped by their duration: a sketch says how many there are of each. */
function durationsMerger(found: Found, query: Question, window: Window) {
  const [dimension] = query.groupBy;
  const add = (bucket: number | null, wall: number, count: number) => {
    const key = dimension?.rolledUp?.by === 'latency' ? dimension.rolledUp.key(bucket) : null;
    const buckets = bucketsOf(found.group([dimension?.labelOf(key) ?? '']), window);
    const { values } = bucketOf(buckets, positionOf(window, wall));
    values.requests = mergePartial('requests', values.requests, BigInt(count));
  };
  return (): MergeCell => (page, cell, wall) => {
    let without = Number(page.values.requests?.[cell] ?? 0);
    const pairs = page.sketches.latency?.[cell] ?? [];
    for (let position = 0; position < pairs.length; position += 2) {
      const count = pairs[position + 1] ?? 0;
      add(pairs[position] ?? null, wall, count);
      without -= count;
    }
    if (without > 0) {
      add(null, wall, without);
    }
  };
}

// A cell outside of the grid would be missing from the answer without a word.
function positionOf({ grid, positions }: Window, wall: number): number {
  const index = bucketAt(grid, wall);
  const position = positions[index];
  if (position === undefined) {
    throw new RangeError(`A cell of rollups is in bucket ${String(index)} of ${String(grid.buckets.length)}`);
  }
  return position;
}
