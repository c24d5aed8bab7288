import { readOnly } from '../database/open-database.ts';
import { compileQuery } from './read/compile.ts';
import { deriveMetrics, type Derived, rowsLeftOut } from './derive/derive.ts';
import type { Labels } from './dimensions/dimensions.ts';
import { executeStatements } from './read/execute.ts';
import { describeMetricsExecution } from './output/executed-query.ts';
import { type Group, mergePartials } from './read/merge.ts';
import { answerNotices, type Notice } from './output/notices.ts';
import { placeInRows } from './derive/place-in-rows.ts';
import type { QueryEnvironment } from './query-environment.ts';
import type { Ranking, ResolvedMetrics } from './resolve/resolve-metrics.ts';
import { foldGroups, rankGroups } from './derive/top.ts';
import { resolvePeriods } from './windows/windows.ts';

export interface MetricsAnswer {
  query: ResolvedMetrics;
  derived: Derived;
  notices: Notice[];
  executedQuery: string;
}

/** The rest of the path of a question about metrics: plan → compile → execute → merge → derive. */
export async function answerMetrics(
  environment: QueryEnvironment,
  query: ResolvedMetrics,
  signal: AbortSignal
): Promise<MetricsAnswer> {
  const { top } = query;
  const first = top !== null && query.groupBy.some(({ needsTop }) => needsTop);
  const kept = first ? await rankFirst(environment, query, top, signal) : null;
  const found = await readGroups(environment, query, kept, signal);
  const groups = top === null ? found : foldGroups(found, kept ?? rankGroups(found, query, top));
  const { placed, leftOut } = query.kind === 'heatmap' ? placeInRows(groups) : { placed: groups, leftOut: [] };
  const derived = deriveMetrics(placed, query);
  return {
    query,
    derived,
    notices: answerNotices(query, derived, [...leftOut, ...rowsLeftOut(placed, query)], found.length),
    executedQuery: describeMetricsExecution(query),
  };
}

/** Finds the groups to be answered before they are read over time: of all others each would be read for nothing. */
async function rankFirst(
  environment: QueryEnvironment,
  query: ResolvedMetrics,
  top: Ranking,
  signal: AbortSignal
): Promise<Labels[]> {
  const whole = { interval: null, compare: null };
  const metrics = [top.metric];
  const { periods, grid } = resolvePeriods({ ...query, ...whole, metrics, ranking: null });
  const ranked: ResolvedMetrics = { ...query, ...whole, metrics, periods, grid };
  return rankGroups(await readGroups(environment, ranked, null, signal), ranked, top);
}

/** The merged partials of every group, in the order of their labels. */
async function readGroups(
  { database, source, maxRows }: QueryEnvironment,
  query: ResolvedMetrics,
  kept: readonly Labels[] | null,
  signal: AbortSignal
): Promise<Group[]> {
  const { dialect } = source;
  const statements = compileQuery(readOnly(database), query, { dialect, maxRows, kept });
  const executed = await executeStatements(statements, { signal, dialect, maxRows });
  return mergePartials(executed, { storedZone: query.storedZone, costSumScale: dialect.costSumScale });
}
