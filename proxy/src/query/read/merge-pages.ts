import { partialDefinition } from '../../partials/partials.ts';
import { createPauses } from '../../rollups/pauses.ts';
import { columnsOfCells, type RowCells } from '../../rollups/read-cells.ts';
import type { RolledUp, RollupReader } from '../../rollups/read-rollups.ts';
import type { MergedGroup } from '../../rollups/rollup-cache.ts';
import { type DecodedPage, decodedPage, type RollupPage, summedPage } from '../../rollups/rollup-page.ts';
import { bucketRuleKey } from '../windows/buckets.ts';
import type { Window } from '../windows/windows.ts';
import { matchesGroup } from './filters.ts';
import { addColumns, columnsOf, type Found, nothingFound } from './merge.ts';
import { cellsMerger, type MergeCells } from './merge-cells.ts';
import { clocksOf, type WindowPlan } from './plan.ts';
import { neededPartials, neededSketches, neededSketchPages, type Question } from './question.ts';
import { isRollup, isRows, type RollupSegment } from './segments.ts';

/**
 * Adds what the rollups had for the segments of `plans` to what was found, and the cells `beside` them, by plan and segment
 * of rows, where they were read; others have their turn in between.
 */
export async function mergePages(
  found: Found,
  query: Question,
  plans: readonly WindowPlan[],
  { sealed, open }: Pick<RolledUp, 'sealed' | 'open'>,
  beside: readonly (readonly RowCells[][] | null)[],
  rollups: Pick<RollupReader, 'merged'>,
  signal: AbortSignal
): Promise<void> {
  const mergeAll = pageMerger(signal);
  let stretch = 0;
  for (const [position, plan] of plans.entries()) {
    const { window, segments } = plan;
    const rolledUp = segments.filter(isRollup);
    const stretches = sealed.slice(stretch, stretch + rolledUp.length);
    stretch += rolledUp.length;
    if (rolledUp.length > 0) {
      const generations = stretches.map(({ generation }) => generation).join();
      const merged = await rollups.merged(keyOf(query, plan), generations, () =>
        mergeSealed(query, plan, stretches, mergeAll)
      );
      for (const { labels, columns } of merged) {
        addColumns(found.group(labels), window, columns);
      }
    }
    const merge = cellsMerger(found, query, window);
    for (const segment of rolledUp) {
      const touching = open.filter((page) => touches(page, segment));
      await mergeAll(touching, merge, decoder(query, window), segment);
    }
    for (const [rows, segment] of segments.filter(isRows).entries()) {
      for (const cells of beside[position]?.[rows] ?? []) {
        if (matchesGroup(query, cells.group)) {
          const columns = columnsOfCells(cells, neededPartials(window), neededSketchPages(query, window));
          merge(columns, cells.group, segment);
        }
      }
    }
  }
}

/** All that decides what the pages of a window's segments come to. */
function keyOf(query: Question, { window, segments }: WindowPlan): string {
  const { groupBy, filters, zone, storedZone, parameters } = query;
  const { grid, positions, from, to } = window;
  return JSON.stringify([
    groupBy.map(({ name }) => name),
    filters,
    zone,
    storedZone,
    parameters.slowMs,
    neededPartials(window),
    neededSketches(window),
    grid.rule.type,
    bucketRuleKey(grid),
    positions.every((position, index) => position === index) ? null : positions,
    clocksOf(query, window).size === 0 ? null : [from, to],
    segments.filter(isRollup).map(({ tier, wallFrom, wallTo }) => [tier.name, wallFrom, wallTo]),
  ]);
}

/** What the pages of each segment come to. */
async function mergeSealed(
  query: Question,
  { window, segments }: WindowPlan,
  stretches: RolledUp['sealed'],
  mergeAll: MergeAll
): Promise<MergedGroup[]> {
  const found = nothingFound(query.groupBy);
  const merge = cellsMerger(found, query, window);
  const decode = decoder(query, window);
  for (const [position, segment] of segments.filter(isRollup).entries()) {
    await mergeAll(stretches[position]?.pages ?? [], merge, decode, segment);
  }
  return found.list().map((group) => ({ labels: group.labels, columns: columnsOf(group, window) }));
}

type MergeAll = (
  pages: readonly RollupPage[],
  merge: MergeCells,
  decode: Decode,
  segment: RollupSegment
) => Promise<void>;

/** Merges pages for a segment; others have their turn in between. */
function pageMerger(signal: AbortSignal): MergeAll {
  const pauses = createPauses();
  return async (pages, merge, decode, segment) => {
    for (const page of pages) {
      merge(decode(page, segment), page.group, segment);
      if (pauses.isDue()) {
        await pauses.take();
        signal.throwIfAborted();
      }
    }
  };
}

/** Late calls may be of any time: the open block has many pages that have nothing to do with a question. */
function touches({ tier, page }: RollupPage, { wallFrom, wallTo }: RollupSegment): boolean {
  return page * 1000 < wallTo && (page + tier.pageSeconds) * 1000 > wallFrom;
}

type Decode = (page: RollupPage, segment: RollupSegment) => DecodedPage;

/** Decodes what a window needs of a page; where all its cells count for the same, the page's are added up before. */
function decoder(query: Question, window: Window): Decode {
  const partials = neededPartials(window);
  const sketches = neededSketchPages(query, window);
  const isOne =
    window.grid.rule.type === 'single' &&
    clocksOf(query, window).size === 0 &&
    partials.every((name) => partialDefinition(name).type !== 'time');
  return isOne
    ? (page, { wallFrom, wallTo }) => summedPage(page, partials, sketches, wallFrom / 1000, wallTo / 1000)
    : (page) => decodedPage(page, partials, sketches);
}
