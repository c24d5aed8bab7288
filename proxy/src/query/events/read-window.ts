import type { BucketGrid } from '../windows/buckets.ts';
import type { GroupDimension } from '../dimensions/group-dimension.ts';
import { metrics } from '../metrics/metrics.ts';
import type { PartialColumns } from '../../partials/partial-columns.ts';
import { readGroups } from '../read/read-groups.ts';
import type { Segment } from '../read/segments.ts';
import type { QueryEnvironment } from '../query-environment.ts';
import type { ResolvedEvents } from './resolve-events.ts';
import { defaultSlowMs } from '../resolve/resolve-metrics.ts';
import type { Window } from '../windows/windows.ts';

/** What to read of stretches of time: all that a metric is computed from. */
export interface WindowQuestion {
  metric: 'cost' | 'first_seen';
  groupBy: GroupDimension[];
  grids: readonly BucketGrid[];
}

/** What was found for one combination of the dimensions' values. */
export interface WindowGroup {
  labels: string[];
  /** By grid; null where it has no calls. */
  columns: (PartialColumns | null)[];
}

export type ReadWindow = (question: WindowQuestion) => Promise<WindowGroup[]>;

export interface WindowReader {
  read: ReadWindow;
  /** All that was read so far. */
  segments: Segment[];
}

/** Reads the windows of each question together. */
export function createWindowReader(
  environment: QueryEnvironment,
  { filters, zone, storedZone }: Pick<ResolvedEvents, 'filters' | 'zone' | 'storedZone'>,
  signal: AbortSignal
): WindowReader {
  const segments: Segment[] = [];
  return {
    segments,
    read: async ({ metric, groupBy, grids }) => {
      const question = { groupBy, filters, zone, storedZone, parameters: { slowMs: defaultSlowMs, budget: null } };
      const windows = grids.map((grid, period) => windowOf(metric, grid, period));
      const { groups, plans } = await readGroups(environment, question, windows, null, signal);
      segments.push(...plans.flatMap((plan) => plan.segments));
      return groups.map(({ labels, periods }) => ({
        labels,
        columns: grids.map((_, period) => periods[period]?.range ?? null),
      }));
    },
  };
}

function windowOf(metric: WindowQuestion['metric'], grid: BucketGrid, period: number): Window {
  return {
    name: 'range',
    period,
    from: grid.buckets[0]?.start ?? 0,
    to: grid.buckets.at(-1)?.end ?? 0,
    grid,
    positions: grid.buckets.map((_, position) => position),
    metrics: metrics.filter(({ name }) => name === metric),
  };
}
