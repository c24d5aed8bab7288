import { DecimalColumn, decimalColumn } from '../../partials/decimal-column.ts';
import type { PartialColumns } from '../../partials/partial-columns.ts';
import { partialDefinition, type PartialName } from '../../partials/partials.ts';
import { countAbove, type SketchPart } from '../../partials/sketch.ts';
import type { Group } from '../../rollups/content.ts';
import type { PageColumns } from '../../rollups/page-codec.ts';
import type { DecodedPage } from '../../rollups/rollup-page.ts';
import { bucketAt } from '../windows/buckets.ts';
import type { Window } from '../windows/windows.ts';
import { columnsOf, type Found, instantOf } from './merge.ts';
import { clocksOf } from './plan.ts';
import { neededPartials, neededSketches, type Question } from './question.ts';
import type { Segment } from './segments.ts';
import { slowAbove } from './slow-threshold.ts';

/** Adds those cells of a group to what was found that are in the segment. */
export type MergeCells = (cells: DecodedPage, group: Group, segment: Segment) => void;

/** Merges cells for a window of a question. */
export function cellsMerger(found: Found, query: Question, window: Window): MergeCells {
  return query.groupBy.some(({ rolledUp }) => rolledUp?.by === 'latency')
    ? durationsMerger(found, query, window)
    : columnsMerger(found, query, window);
}

/** Of cells whose calls all have the same labels. */
function columnsMerger(found: Found, query: Question, window: Window): MergeCells {
  const names = neededPartials(window).filter((name) => name !== 'slowRequests');
  const slow = neededPartials(window).includes('slowRequests') ? slowAbove(query.parameters.slowMs) : null;
  const sketches = neededSketches(window);
  const findColumns = columnsFinder(found, query, window);
  return (page, group, segment) => {
    const columnsOfPage = names.map((name) => ({ name, values: instants(name, page, query) }));
    const slowOnes = slow === null ? null : slowCalls(page.sketches.latency ?? [], slow);
    for (const { columns, slots, first } of placeCells(page, segment, findColumns(group), window)) {
      for (const { name, values } of columnsOfPage) {
        columns.add(name, slots, values, first);
      }
      if (slowOnes !== null) {
        columns.add('slowRequests', slots, slowOnes, first);
      }
      for (const name of sketches) {
        columns.addParts(name, slots, page.sketches[name] ?? [], first);
      }
    }
  };
}

/** Stored times as instants; all else as it is. */
function instants(name: PartialName, { starts, values }: PageColumns, { storedZone }: Question): DecimalColumn {
  const column = values[name] ?? new DecimalColumn();
  return partialDefinition(name).type === 'time'
    ? decimalColumn(starts.map((_, cell) => instantOf(name, column.units(cell) ?? null, storedZone)))
    : column;
}

/** Finds what the cells of a group, which begin at a stored time in ms, are added to. */
function columnsFinder(
  found: Found,
  query: Question,
  window: Window
): (group: Group) => (wall: number) => PartialColumns {
  const clocks = clocksOf(query, window);
  const columnsAt = (group: Group, wall: number) => {
    const keys = query.groupBy.map(
      ({ rolledUp }, position) =>
        clocks.get(position)?.keyAt(wall) ?? (rolledUp?.by === 'group' ? rolledUp.key(group) : null)
    );
    return columnsOf(
      found.group(query.groupBy.map(({ labelOf }, position) => labelOf(keys[position] ?? null))),
      window
    );
  };
  return (group) => {
    if (clocks.size > 0) {
      return (wall) => columnsAt(group, wall);
    }
    // A group that has no cell in the segment is none of the answer.
    let columns: PartialColumns | undefined;
    return (wall) => (columns ??= columnsAt(group, wall));
  };
}

/** Neighbouring cells of a page that are added to the same columns: those from `first` on, one per slot. */
interface PlacedCells {
  columns: PartialColumns;
  first: number;
  slots: number[];
}

/** Says where the cells of a page belong that are in the segment. */
function placeCells(
  { starts }: PageColumns,
  { wallFrom, wallTo }: Segment,
  columnsAt: (wall: number) => PartialColumns,
  window: Window
): PlacedCells[] {
  const placed: PlacedCells[] = [];
  let last: PlacedCells | undefined;
  for (let cell = 0; cell < starts.length; cell += 1) {
    const wall = wallOf(starts[cell] ?? 0);
    if (wall < wallFrom || wall >= wallTo) {
      last = undefined;
      continue;
    }
    const columns = columnsAt(wall);
    if (last?.columns !== columns) {
      last = { columns, first: cell, slots: [] };
      placed.push(last);
    }
    last.slots.push(columns.slotOf(positionOf(window, wall)));
  }
  return placed;
}

/** Of a start in seconds, which ends in milliseconds where calls are read as rows. */
function wallOf(start: number): number {
  return Math.round(start * 1000);
}

/** How many calls of each cell take longer than those in the bucket `above` of a sketch. */
function slowCalls(durations: readonly (SketchPart | null)[], above: number): DecimalColumn {
  return new DecimalColumn(
    0,
    durations.map((part) => (part === null ? 0 : countAbove({ parts: [part] }, above)))
  );
}

/** Of calls grouped by their duration: a sketch says how many there are of each. */
function durationsMerger(found: Found, query: Question, window: Window): MergeCells {
  const [dimension] = query.groupBy;
  const add = (bucket: number | null, wall: number, count: number) => {
    const key = dimension?.rolledUp?.by === 'latency' ? dimension.rolledUp.key(bucket) : null;
    const columns = columnsOf(found.group([dimension?.labelOf(key) ?? '']), window);
    columns.add('requests', [columns.slotOf(positionOf(window, wall))], new DecimalColumn(0, [count]));
  };
  return (page, _group, { wallFrom, wallTo }) => {
    for (const [cell, start] of page.starts.entries()) {
      const wall = wallOf(start);
      if (wall < wallFrom || wall >= wallTo) {
        continue;
      }
      let without = page.values.requests?.nearest(cell, 0) ?? 0;
      const pairs = page.sketches.latency?.[cell] ?? [];
      for (let position = 0; position < pairs.length; position += 2) {
        const count = pairs[position + 1] ?? 0;
        add(pairs[position] ?? null, wall, count);
        without -= count;
      }
      if (without > 0) {
        add(null, wall, without);
      }
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
