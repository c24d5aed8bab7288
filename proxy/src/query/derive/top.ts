import { type Labels, otherLabel } from '../dimensions/dimensions.ts';
import { columnsOf, type Group, type PeriodCells } from '../read/merge.ts';
import type { WindowName } from '../metrics/metric.ts';
import { metricValue } from './metric-value.ts';
import { PartialColumns } from '../../partials/partial-columns.ts';
import type { Ranking, ResolvedMetrics } from '../resolve/resolve-metrics.ts';

/**
 * The groups with the highest value of the ranking's metric over the whole range, highest first. Equal ones come in the
 * order of their labels, those without a value last. A group that is called as the others together are is one of them.
 */
export function rankGroups(groups: readonly Group[], query: ResolvedMetrics, top: Ranking): Labels[] {
  const [current] = query.periods;
  const seconds = current.seconds.reduce((sum, part) => sum + part, 0);
  const all = top.metric.ofAll ? wholeRange(allGroups(groups).periods[0]) : {};
  const value = ({ periods: [cells] }: Group) =>
    metricValue(top.metric, { period: current, bucket: 0, cells: wholeRange(cells), all, seconds }, query, false) ??
    Number.NEGATIVE_INFINITY;
  return (
    groups
      .filter(({ labels }) => !isOther(labels))
      .map((group) => ({ labels: group.labels, rank: value(group) }))
      // Two that have no value differ by NaN.
      .sort((a, b) => b.rank - a.rank || 0)
      .slice(0, top.limit)
      .map(({ labels }) => labels)
  );
}

/** The groups with these labels, in their order, and all others as one, which comes last. */
export function foldGroups(groups: readonly Group[], kept: readonly Labels[]): Group[] {
  const byLabels = new Map(groups.map((group) => [JSON.stringify(group.labels), group]));
  const named = kept.flatMap((labels) => byLabels.get(JSON.stringify(labels)) ?? []);
  const isNamed = new Set(named);
  const others = groups.filter((group) => !isNamed.has(group));
  const [first] = others;
  return first === undefined
    ? named
    : [...named, { labels: first.labels.map(() => otherLabel), periods: allGroups(others).periods }];
}

/** Is this what `foldGroups` makes of all other groups, or called like it? */
export function isOther(labels: Labels): boolean {
  return labels.includes(otherLabel);
}

/** The calls of all groups together. */
export function allGroups(groups: readonly Group[]): Group {
  const together: Group = { labels: [], periods: [] };
  for (const { periods } of groups) {
    for (const [period, cells] of periods.entries()) {
      for (const [name, columns] of Object.entries(cells) as [WindowName, PartialColumns][]) {
        columnsOf(together, { period, name }).addAll(columns);
      }
    }
  }
  return together;
}

/** All buckets of the range as one. */
function wholeRange(cells: PeriodCells = {}): PeriodCells {
  const whole = new PartialColumns();
  if (cells.range !== undefined) {
    whole.addAll(cells.range, () => 0);
  }
  return { ...cells, range: whole };
}
