import { callOrders } from './calls/call-columns.ts';
import { capitalized } from './capitalized.ts';
import { filterKeys } from './dimensions/dimensions.ts';
import { events } from './events/events.ts';
import { groupDimensions } from './dimensions/group-dimensions.ts';
import { metrics } from './metrics/metrics.ts';
import { currentVersion } from './model/migrate.ts';
import type { QueryLimits } from './resolve/resolve-range.ts';
import { defaultSlowMs } from './resolve/resolve-metrics.ts';
import { comparisons, fills, intervals, type Kind, kinds, maxTop, shapes } from './model/schema.ts';
import { grafanaUnit } from './output/units.ts';
import { comparisonLabels } from './windows/comparison.ts';

const kindTexts = {
  timeseries: { label: 'Time series', description: 'How metrics change over time.' },
  summary: { label: 'Summary', description: 'One value of each metric for the whole time range.' },
  heatmap: { label: 'Heatmap', description: 'How calls are spread over durations, and over time.' },
  calls: { label: 'Calls', description: 'Single calls, page by page.' },
  events: { label: 'Events', description: 'What happened and when, for annotations.' },
} as const satisfies Record<Kind, object>;

/** All that can be asked for today: metrics, dimensions, filters, intervals and limits, for the query editor. */
export function describeCatalog(currency: string, limits: QueryLimits) {
  return {
    schemaVersion: currentVersion,
    currency,
    kinds: kinds.map((name) => ({ name, ...kindTexts[name] })),
    metrics: metrics.map((metric) => ({
      name: metric.name,
      label: metric.label,
      group: metric.group,
      description: metric.description,
      formula: metric.formula,
      leftOut: metric.leftOut,
      unit: grafanaUnit(metric, currency),
      kinds: metric.kinds,
      parameters: metric.parameters,
      additive: metric.additive,
      zeroFill: metric.zeroFill,
      comparable: metric.comparable,
    })),
    events,
    dimensions: groupDimensions.map(({ name, label, description, needsTop }) => ({
      name,
      label,
      description,
      needsTop,
    })),
    filters: filterKeys.map(({ key, label, type, operators }) => ({
      key,
      label,
      type,
      operators,
      suggest: type === 'text',
    })),
    intervals: ['auto', ...intervals],
    comparisons: comparisons.map((name) => ({
      name,
      label: name === 'none' ? 'Nothing' : capitalized(comparisonLabels[name]),
    })),
    parameters: [
      {
        name: 'slowMs',
        label: 'Slow from',
        description: 'A call is slow that takes longer.',
        unit: 'ms',
        default: defaultSlowMs,
      },
      {
        name: 'budget',
        label: 'Budget',
        description: 'Of a calendar month.',
        unit: grafanaUnit({ unit: 'currency' }, currency),
        default: null,
      },
    ],
    fills,
    shapes,
    orders: callOrders.map(({ name, label }) => ({ name, label })),
    limits: {
      metrics: 10,
      groupBy: 2,
      filters: limits.filters,
      filterValues: limits.filterValues,
      rangeDays: limits.rangeDays,
      points: limits.pointsPerSeries,
      series: limits.series,
      top: maxTop,
      rowsPerPage: limits.rowsPerPage,
    },
  };
}
