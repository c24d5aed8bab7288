import { callOrders } from './call-columns.ts';
import { dimensions, filterKeys } from './dimensions.ts';
import { metrics } from './metrics.ts';
import type { QueryLimits } from './resolve-range.ts';
import { availableKinds, fills, intervals, shapes } from './schema.ts';
import { grafanaUnit } from './units.ts';

const kindLabels = { timeseries: 'Time series', summary: 'Summary', calls: 'Calls' } as const;

/** All that can be asked for today: metrics, dimensions, filters, intervals and limits, for the query editor. */
export function describeCatalog(currency: string, limits: QueryLimits) {
  return {
    schemaVersion: 1,
    currency,
    kinds: availableKinds.map((name) => ({ name, label: kindLabels[name] })),
    metrics: metrics.map((metric) => ({
      name: metric.name,
      label: metric.label,
      group: metric.group,
      description: metric.description,
      unit: grafanaUnit(metric, currency),
      kinds: metric.kinds,
      additive: metric.additive,
      zeroFill: metric.zeroFill,
    })),
    dimensions: dimensions
      .filter(({ groupable }) => groupable)
      .map(({ name, label, description }) => ({ name, label, description })),
    filters: filterKeys.map(({ key, label, type, operators }) => ({
      key,
      label,
      type,
      operators,
      suggest: type === 'text',
    })),
    intervals: ['auto', ...intervals],
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
      rowsPerPage: limits.rowsPerPage,
    },
  };
}
