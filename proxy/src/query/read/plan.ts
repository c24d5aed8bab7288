import type { RolledUpClock } from '../dimensions/group-dimension.ts';
import { bucketCuts, type BucketGrid } from '../windows/buckets.ts';
import type { Window } from '../windows/windows.ts';
import { neededPartials, type Question } from './question.ts';
import type { RowsSegment, Segment } from './segments.ts';
import { tileCells } from './tile.ts';

/** A window and what answers it: together the segments cover its time exactly once. */
export interface WindowPlan {
  window: Window;
  segments: Segment[];
}

/** Chooses the segments that answer a question: rows only, or rollups as far as they have what it asks for. */
export function planQuery(query: Question, windows: readonly Window[], usesRollups: boolean): WindowPlan[] {
  const rolledUp = usesRollups && windows.every((window) => isRolledUp(query, window));
  return windows.map((window) => ({
    window,
    segments: rolledUp ? tileCells(cutsOf(query, window)) : planRows(window.grid),
  }));
}

/** Every call of a grid's time. */
export function planRows({ wallFrom, wallTo }: Pick<BucketGrid, 'wallFrom' | 'wallTo'>): RowsSegment[] {
  return wallTo > wallFrom ? [{ source: 'raw', wallFrom, wallTo }] : [];
}

/** Do rollups know all filters, groups and values of a question? */
function isRolledUp({ filters, groupBy }: Question, window: Window): boolean {
  return (
    filters.every((filter) => filter.type === 'text' && filter.column !== 'monitor_id') &&
    groupBy.every(({ rolledUp }) => rolledUp !== null) &&
    // Of calls of about the same duration they have the number only.
    (groupBy.every(({ rolledUp }) => rolledUp?.by !== 'latency') ||
      neededPartials(window).every((name) => name === 'requests'))
  );
}

/** The stored times at which a call begins to count for another bucket or another group, with the ends of the window. */
function cutsOf(query: Question, window: Window): number[] {
  const { wallFrom, wallTo } = window.grid;
  const clocks = clocksOf(query, window);
  const cuts = [
    wallFrom,
    ...bucketCuts(window.grid),
    ...[...clocks.values()].flatMap((clock) => clock.cuts(wallFrom, wallTo)),
    wallTo,
  ];
  return clocks.size === 0 ? cuts : [...new Set(cuts)].sort((a, b) => a - b);
}

/** The clocks that a question is grouped by, by their positions in groupBy. */
export function clocksOf({ groupBy, zone, storedZone }: Question, { from, to }: Window): Map<number, RolledUpClock> {
  return new Map(
    groupBy.flatMap(({ rolledUp }, position) =>
      rolledUp?.by === 'time' ? [[position, rolledUp.clock({ zone, storedZone, from, to })] as const] : []
    )
  );
}
