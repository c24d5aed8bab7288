import type { MetricsSource } from '../../database/metrics-source.ts';
import { type Database, readOnly } from '../../database/open-database.ts';
import type { MetricsTables } from '../../database/tables.ts';
import type { Group as StoredGroup } from '../../rollups/content.ts';
import { readMaxId } from '../../rollups/read-calls.ts';
import type { RolledUp, Stretch } from '../../rollups/read-rollups.ts';
import type { Labels } from '../dimensions/dimensions.ts';
import type { QueryEnvironment } from '../query-environment.ts';
import type { Window } from '../windows/windows.ts';
import { compileRows } from './compile.ts';
import { executeStatements } from './execute.ts';
import { matchesText } from './filters.ts';
import { type Group, mergeRows, nothingFound } from './merge.ts';
import { mergePages } from './merge-pages.ts';
import { planQuery, type WindowPlan } from './plan.ts';
import { neededPartials, neededSketchPages, type Question } from './question.ts';
import { refuseByCost, waysToRollups } from './refuse-by-cost.ts';
import { isRollup } from './segments.ts';
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
 * Reads the windows of a question: plan → rollups, as of one moment → compile → refuse by cost → execute → merge. Calls
 * that the rollups don't have yet are read after them, so that none is missing and none counts twice. `kept`: see
 * CompileOptions.
 */
export async function readGroups(
  { database, source, rollups, maxRows, maxRowsRead }: QueryEnvironment,
  query: Question,
  windows: readonly Window[],
  kept: readonly Labels[] | null,
  signal: AbortSignal
): Promise<GroupsRead> {
  const { dialect } = source;
  const planned = planQuery(query, windows, rollups !== null);
  const stretches = stretchesOf(planned);
  const rolledUp =
    rollups === null || stretches.length === 0
      ? null
      : await rollups.read({ stretches, ...sketchesOf(query, windows), wants: groupFilter(query) }, signal);
  const plans = rolledUp === null ? planQuery(query, windows, false) : planned;
  const slowMs =
    rolledUp !== null && windows.some((window) => neededPartials(window).includes('slowRequests'))
      ? onSketchEdge(query.parameters.slowMs)
      : query.parameters.slowMs;
  const asked = { ...query, parameters: { ...query.parameters, slowMs } };
  const watermark = rolledUp?.watermark ?? null;
  const statements = compileRows(readOnly(database), asked, plans, { dialect, maxRows, kept, watermark });
  if (watermark === null || (await isFarBehind(database, source, watermark, maxRowsRead, signal))) {
    const otherWays = rollups === null ? [] : waysToRollups(query);
    await refuseByCost(database, statements, { source, maxRowsRead, filters: query.filters, otherWays }, signal);
  }
  const executed = await executeStatements(statements, { signal, dialect, maxRows });
  const found = nothingFound(query.groupBy);
  if (rolledUp !== null) {
    await mergePages(found, asked, plans, rolledUp, signal);
  }
  mergeRows(found, executed, { storedZone: query.storedZone, costSumScale: dialect.costSumScale });
  return { groups: found.list(), plans, rollups: rolledUp, slowMs };
}

/** May more calls be missing from the rollups than may be read one by one? So it is while they are being built. */
async function isFarBehind(
  database: Database<MetricsTables>,
  { rowsEstimate }: MetricsSource,
  watermark: bigint,
  maxRowsRead: number,
  signal: AbortSignal
): Promise<boolean> {
  if (rowsEstimate <= maxRowsRead) {
    return false;
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

function groupFilter({ filters }: Question): (group: StoredGroup) => boolean {
  return ({ provider, modelName }) =>
    filters.every(
      (filter) => filter.type === 'text' && matchesText(filter, filter.column === 'provider' ? provider : modelName)
    );
}
