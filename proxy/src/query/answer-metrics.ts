import { deriveMetrics, type Derived, rowsLeftOut } from './derive/derive.ts';
import type { Labels } from './dimensions/dimensions.ts';
import { describeMetricsExecution } from './output/executed-query.ts';
import { readGroups } from './read/read-groups.ts';
import { answerNotices, type Notice } from './output/notices.ts';
import { placeInRows } from './derive/place-in-rows.ts';
import type { QueryEnvironment } from './query-environment.ts';
import type { Ranking, ResolvedMetrics } from './resolve/resolve-metrics.ts';
import { foldGroups, rankGroups } from './derive/top.ts';
import { resolvePeriods, type Window } from './windows/windows.ts';

export interface MetricsAnswer {
  query: ResolvedMetrics;
  derived: Derived;
  notices: Notice[];
  executedQuery: string;
}

/** The rest of the path of a question about metrics: read (plan → compile → execute → merge) → derive → output. */
export async function answerMetrics(
  environment: QueryEnvironment,
  asked: ResolvedMetrics,
  signal: AbortSignal
): Promise<MetricsAnswer> {
  const { top } = asked;
  const first = top !== null && asked.groupBy.some(({ needsTop }) => needsTop);
  const kept = first ? await rankFirst(environment, asked, top, signal) : null;
  const {
    groups: found,
    plans,
    rollups,
    slowMs,
  } = await readGroups(environment, asked, windowsOf(asked), kept, signal);
  const query = { ...asked, parameters: { ...asked.parameters, slowMs } };
  const groups = top === null ? found : foldGroups(found, kept ?? rankGroups(found, query, top));
  const { placed, leftOut } = query.kind === 'heatmap' ? placeInRows(groups) : { placed: groups, leftOut: [] };
  const derived = deriveMetrics(placed, query);
  return {
    query,
    derived,
    notices: answerNotices(query, derived, {
      leftOut: [...leftOut, ...rowsLeftOut(placed, query)],
      groups: found.length,
      askedSlowMs: asked.parameters.slowMs,
      rollups,
    }),
    executedQuery: describeMetricsExecution(query, plans, rollups),
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
  const { groups } = await readGroups(environment, ranked, windowsOf(ranked), null, signal);
  return rankGroups(groups, ranked, top);
}

function windowsOf({ periods }: ResolvedMetrics): Window[] {
  return periods.flatMap(({ windows }) => windows);
}
