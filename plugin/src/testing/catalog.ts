import { type Catalog } from '../catalog';

/** A small catalog of the form that the proxy answers with. */
export const catalog: Catalog = {
  schemaVersion: 1,
  currency: 'USD',
  kinds: [
    { name: 'timeseries', label: 'Time series' },
    { name: 'summary', label: 'Summary' },
    { name: 'calls', label: 'Calls' },
  ],
  metrics: [
    {
      name: 'requests',
      label: 'Requests',
      group: 'Requests',
      description: 'All calls.',
      unit: 'short',
      kinds: ['timeseries', 'summary'],
    },
    {
      name: 'cost',
      label: 'Cost',
      group: 'Cost',
      description: 'Sum of what the calls cost.',
      unit: 'currencyUSD',
      kinds: ['timeseries', 'summary'],
    },
    {
      name: 'latency_p95',
      label: 'Latency p95',
      group: 'Latency',
      description: '95 % of the calls took at most this long.',
      unit: 'ms',
      kinds: ['timeseries', 'summary'],
    },
    {
      name: 'first_seen',
      label: 'First seen',
      group: 'Freshness',
      description: 'Start of the first call.',
      unit: 'dateTimeAsIso',
      kinds: ['summary'],
    },
  ],
  dimensions: [
    { name: 'provider', label: 'Provider', description: 'Who was called.' },
    { name: 'model_name', label: 'Model', description: 'Which model answered.' },
  ],
  filters: [
    {
      key: 'provider',
      label: 'Provider',
      type: 'text',
      operators: ['=', '!=', 'in', 'not in', 'starts with', 'contains'],
      suggest: true,
    },
    {
      key: 'model_name',
      label: 'Model',
      type: 'text',
      operators: ['=', '!=', 'in', 'not in', 'starts with', 'contains'],
      suggest: true,
    },
    { key: 'cost', label: 'Cost', type: 'number', operators: ['>', '>=', '<', '<='], suggest: false },
  ],
  intervals: ['auto', '1m', '1h', 'day'],
  fills: ['none', 'zero'],
  shapes: ['table', 'numbers'],
  limits: { metrics: 3, groupBy: 2, filters: 2, filterValues: 3 },
};
