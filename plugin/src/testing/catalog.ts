import { type Catalog, type CatalogMetric } from '../catalog';

type Shared = 'kinds' | 'leftOut' | 'parameters' | 'comparable';

function metric(named: Omit<CatalogMetric, Shared> & Partial<Pick<CatalogMetric, Shared>>): CatalogMetric {
  return { kinds: ['timeseries', 'summary'], leftOut: '', comparable: true, parameters: [], ...named };
}

const TEXT_OPERATORS = ['=', '!=', 'in', 'not in', 'starts with', 'contains'] as const;

/** A small catalog of the form that the proxy answers with. */
export const catalog: Catalog = {
  schemaVersion: 1,
  currency: 'USD',
  kinds: [
    { name: 'timeseries', label: 'Time series', description: 'A value per interval.' },
    { name: 'summary', label: 'Summary', description: 'One value for the whole time range.' },
    { name: 'heatmap', label: 'Heatmap', description: 'How the calls are spread over durations.' },
    { name: 'calls', label: 'Calls', description: 'Single calls.' },
    { name: 'events', label: 'Events', description: 'When something happened.' },
  ],
  metrics: [
    metric({
      name: 'requests',
      label: 'Requests',
      group: 'Requests',
      description: 'Number of calls.',
      formula: 'n',
      unit: 'short',
      kinds: ['timeseries', 'summary', 'heatmap'],
    }),
    metric({
      name: 'cost',
      label: 'Cost',
      group: 'Cost',
      description: 'Sum of what the calls cost.',
      formula: 'Σ cost',
      leftOut: 'Calls without a cost: it is not known.',
      unit: 'currencyUSD',
      kinds: ['timeseries', 'summary', 'heatmap'],
    }),
    metric({
      name: 'cost_rate_hour',
      label: 'Cost per hour',
      group: 'Cost',
      description: 'Cost divided by the hours that have passed.',
      formula: 'Σ cost / hours',
      unit: 'currencyUSD',
    }),
    metric({
      name: 'budget_used',
      label: 'Budget used',
      group: 'Budget',
      description: 'Share of the budget that the month has cost so far.',
      formula: 'cost_mtd / budget',
      unit: 'percentunit',
      kinds: ['summary'],
      parameters: ['budget'],
    }),
    metric({
      name: 'latency_p95',
      label: 'Latency p95',
      group: 'Latency',
      description: '95 % of the calls took at most this long.',
      formula: 'nearest rank ⌈0.95·n⌉',
      leftOut: 'Calls without a duration.',
      unit: 'ms',
      kinds: ['timeseries', 'summary', 'heatmap'],
    }),
    metric({
      name: 'slow_ratio',
      label: 'Slow calls',
      group: 'Latency',
      description: 'Share of the calls that took longer than the threshold.',
      formula: 'n slow / n',
      unit: 'percentunit',
      parameters: ['slowMs'],
    }),
    metric({
      name: 'first_seen',
      label: 'First call',
      group: 'Freshness',
      description: 'Start of the first call.',
      formula: 'min start',
      unit: 'dateTimeAsIso',
      kinds: ['summary'],
      comparable: false,
    }),
  ],
  events: [
    { name: 'new_model', label: 'New model', description: 'The first call of a model.', parameters: [] },
    {
      name: 'budget_crossed',
      label: 'Budget crossed',
      description: 'When the month had cost the budget.',
      parameters: ['budget'],
    },
  ],
  dimensions: [
    { name: 'provider', label: 'Provider', description: 'Who was called.', needsTop: false },
    { name: 'model_name', label: 'Model', description: 'Which model answered.', needsTop: false },
    { name: 'monitor_id', label: 'Monitor', description: 'What the application was doing.', needsTop: true },
    { name: 'hour_of_day', label: 'Hour of day', description: '00 to 23.', needsTop: false },
  ],
  filters: [
    { key: 'provider', label: 'Provider', type: 'text', operators: [...TEXT_OPERATORS], suggest: true },
    { key: 'model_name', label: 'Model', type: 'text', operators: [...TEXT_OPERATORS], suggest: true },
    { key: 'monitor_id', label: 'Monitor', type: 'text', operators: [...TEXT_OPERATORS], suggest: true },
    { key: 'cost', label: 'Cost', type: 'number', operators: ['=', '!=', '>', '>=', '<', '<='], suggest: false },
  ],
  intervals: ['auto', '1m', '1h', 'day'],
  fills: ['none', 'zero'],
  shapes: ['table', 'numbers'],
  comparisons: [
    { name: 'none', label: 'Nothing' },
    { name: 'previous', label: 'Previous period' },
    { name: 'day', label: 'Day before' },
    { name: 'week', label: 'Week before' },
    { name: 'month', label: 'Month before' },
  ],
  parameters: [
    { name: 'slowMs', label: 'Slow from', description: 'Longer calls are slow.', unit: 'ms', default: 10_000 },
    { name: 'budget', label: 'Budget', description: 'For a calendar month.', unit: 'currencyUSD', default: null },
  ],
  orders: [
    { name: 'start_time', label: 'Start' },
    { name: 'total_time', label: 'Duration' },
    { name: 'cost', label: 'Cost' },
  ],
  limits: { metrics: 3, groupBy: 2, filters: 2, filterValues: 3, top: 100 },
};
