import type { MetricsSource } from '../../database/metrics-source.ts';
import { type Database, readOnly } from '../../database/open-database.ts';
import type { MetricsTables } from '../../database/tables.ts';
import { readMaxId } from '../../rollups/read-calls.ts';
import type { RowCells } from '../../rollups/read-cells.ts';
import type { Stretch } from '../../rollups/page-keys.ts';
import type { RolledUp } from '../../rollups/read-rollups.ts';
import type { Labels } from '../dimensions/dimensions.ts';
import type { QueryEnvironment } from '../query-environment.ts';
import type { Window } from '../windows/windows.ts';
import { compileRows } from './compile.ts';
import { executeStatements } from './execute.ts';
import { matchesGroup } from './filters.ts';
import { type Group, mergeRows, nothingFound } from './merge.ts';
import { mergePages } from './merge-pages.ts';
import { planQuery, type WindowPlan } from './plan.ts';
import { neededPartials, neededSketchPages, type Question } from './question.ts';
import { refuseByCost, waysToRollups } from './refuse-by-cost.ts';
import { isRollup, isRows } from './segments.ts';
import { onSketchEdge } from './slow-threshold.ts';

/** What a question's windows hold, and where it was read. */
export interface GroupsRead {
  /** The merged partials of every group, in the order of their labels. */
  groups: Group[];
  plans: WindowPlan[];
  /** Null where rows answered all of it. */
  rollups: Pick<RolledUp, 'watermark' | 'auditedAt'> | null;
  /** A call counts as slow that takes longer, in ms. */
  slowMs: number;
}

/**
 * Reads the windows of a question: plan → rollups, as of one moment → what they don't have, as cells like theirs → compile
 * → refuse by cost → execute → merge. Where rollups don't answer, or there are many calls beside them, statements of the
 * question's own read calls. All of that is read after the rollups, so that no call is missing and none counts twice.
 * `kept`: see CompileOptions.
 */
export async function readGroups(
  environment: QueryEnvironment,
  query: Question,
  windows: readonly Window[],
  kept: readonly Labels[] | null,
  signal: AbortSignal
): Promise<GroupsRead> {
  const { database, source, rollups, maxRows, maxRowsRead } = environment;
  const { dialect } = source;
  const planned = planQuery(query, windows, rollups !== null);
  const { rolledUp, beside } = await readRollups(environment, query, windows, planned, signal);
  const plans = rolledUp === null ? planQuery(query, windows, false) : planned;
  const slowMs =
    rolledUp !== null && windows.some((window) => neededPartials(window).includes('slowRequests'))
      ? onSketchEdge(query.parameters.slowMs)
      : query.parameters.slowMs;
  const asked = { ...query, parameters: { ...query.parameters, slowMs } };
  const watermark = rolledUp?.watermark ?? null;
  const byRows = plans.filter((_, position) => beside[position] == null);
  const statements = compileRows(readOnly(database), asked, byRows, { dialect, maxRows, kept, watermark });
  if (
    statements.length > 0 &&
    (watermark === null || (await isFarBehind(database, source, watermark, maxRowsRead, signal)))
  ) {
    const otherWays = rollups === null ? [] : waysToRollups(query);
    await refuseByCost(database, statements, { source, maxRowsRead, filters: query.filters, otherWays }, signal);
  }
  const executed = await executeStatements(statements, { signal, dialect, maxRows });
  const found = nothingFound(query.groupBy);
  if (rollups !== null && rolledUp !== null) {
    await mergePages(found, asked, plans, rolledUp, beside, rollups, signal);
  }
  mergeRows(found, executed, { storedZone: query.storedZone, costSumScale: dialect.costSumScale });
  return { groups: found.list(), plans, rollups: rolledUp, slowMs };
}

/** What rollups have for the segments of `plans`, and by plan the cells beside them; null and nothing where rows answer. */
async function readRollups(
  environment: QueryEnvironment,
  query: Question,
  windows: readonly Window[],
  plans: readonly WindowPlan[],
  signal: AbortSignal
): Promise<{ rolledUp: RolledUp | null; beside: readonly (readonly RowCells[][] | null)[] }> {
  const { rollups } = environment;
  const stretches = stretchesOf(plans);
  if (rollups === null || stretches.length === 0) {
    return { rolledUp: null, beside: [] };
  }
  let beside: Promise<(RowCells[][] | null)[]> | undefined;
  const rolledUp = await rollups.read(
    {
      stretches,
      ...sketchesOf(query, windows),
      wants: (group) => matchesGroup(query, group),
      onWatermark: (watermark) => {
        beside = readBeside(environment, plans, watermark, signal);
        // Awaited in a moment: until then a failure is not an unhandled one.
        beside.catch(() => undefined);
      },
    },
    signal
  );
  return rolledUp === null ? { rolledUp, beside: [] } : { rolledUp, beside: (await beside) ?? [] };
}

/**
 * The calls of each window that rollups don't have, for each of its segments of rows; null where there are many, and for a
 * window that rollups have nothing of: its buckets may be such that calls of one cell count for several.
 */
async function readBeside(
  { database, source, cells, maxRowsRead }: QueryEnvironment,
  plans: readonly WindowPlan[],
  watermark: bigint | null,
  signal: AbortSignal
): Promise<(RowCells[][] | null)[]> {
  if (await isFarBehind(database, source, watermark, maxRowsRead, signal)) {
    return plans.map(() => null);
  }
  // Asked for at once, because then one statement reads them all.
  return Promise.all(
    plans.map(async ({ segments }) => {
      const stretches = segments
        .filter(isRows)
        .map(({ source: from, ...time }) => ({ ...time, afterId: from === 'tail' ? watermark : null }));
      return segments.some(isRollup) ? cells.read(source, stretches, signal) : null;
    })
  );
}

/** May more calls be missing from the rollups than may be read one by one? So it is while they are being built. */
async function isFarBehind(
  database: Database<MetricsTables>,
  { rowsEstimate }: MetricsSource,
  watermark: bigint | null,
  maxRowsRead: number,
  signal: AbortSignal
): Promise<boolean> {
  if (rowsEstimate <= maxRowsRead || watermark === null) {
    return rowsEstimate > maxRowsRead;
  }
  const maxId = await readMaxId(database, signal);
  return maxId !== null && maxId - watermark > BigInt(maxRowsRead);
}

function stretchesOf(plans: readonly WindowPlan[]): Stretch[] {
  return plans
    .flatMap(({ segments }) => segments.filter(isRollup))
    .map(({ tier, wallFrom, wallTo }) => ({ tier, from: wallFrom / 1000, to: wallTo / 1000 }));
}

function sketchesOf(query: Question, windows: readonly Window[]): { latency: boolean; cost: boolean } {
  const needed = new Set(windows.flatMap((window) => neededSketchPages(query, window)));
  return { latency: needed.has('latency'), cost: needed.has('cost') };
}
