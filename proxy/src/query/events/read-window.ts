import type { BucketGrid } from '../windows/buckets.ts';
import type { GroupDimension } from '../dimensions/group-dimension.ts';
import { metrics } from '../metrics/metrics.ts';
import type { Partials } from '../../partials/partials.ts';
import { readGroups } from '../read/read-groups.ts';
import type { Segment } from '../read/segments.ts';
import type { QueryEnvironment } from '../query-environment.ts';
import type { ResolvedEvents } from './resolve-events.ts';
import { defaultSlowMs } from '../resolve/resolve-metrics.ts';
import type { Window } from '../windows/windows.ts';

/** What to read of a stretch of time: all that a metric is computed from. */
export interface WindowQuestion {
  metric: 'cost' | 'first_seen';
  groupBy: GroupDimension[];
  grid: BucketGrid;
}

/** What was found for one combination of the dimensions' values, by bucket. */
export interface WindowGroup {
  labels: string[];
  buckets: ReadonlyMap<number, Partials>;
}

export type ReadWindow = (question: WindowQuestion) => Promise<WindowGroup[]>;

export interface WindowReader {
  read: ReadWindow;
  /** All that was read so far. */
  segments: Segment[];
}

/** Reads windows one after the other. */
export function createWindowReader(
  environment: QueryEnvironment,
  { filters, zone, storedZone }: Pick<ResolvedEvents, 'filters' | 'zone' | 'storedZone'>,
  signal: AbortSignal
): WindowReader {
  const segments: Segment[] = [];
  return {
    segments,
    read: async ({ metric, groupBy, grid }) => {
      const question = { groupBy, filters, zone, storedZone, parameters: { slowMs: defaultSlowMs, budget: null } };
      const { groups, plans } = await readGroups(environment, question, [windowOf(metric, grid)], null, signal);
      segments.push(...plans.flatMap((plan) => plan.segments));
      return groups.map(({ labels, periods: [cells] }) => ({
        labels,
        buckets: cells?.range ?? new Map<number, Partials>(),
      }));
    },
  };
}

function windowOf(metric: WindowQuestion['metric'], grid: BucketGrid): Window {
  return {
    name: 'range',
    period: 0,
    from: grid.buckets[0]?.start ?? 0,
    to: grid.buckets.at(-1)?.end ?? 0,
    grid,
    positions: grid.buckets.map((_, position) => position),
    metrics: metrics.filter(({ name }) => name === metric),
  };
}
