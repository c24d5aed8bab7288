import { define, type Metric, perSecond, total, withHeatmap } from './metric.ts';

export const requestMetrics: readonly Metric[] = [
  define({
    name: 'requests',
    label: 'Requests',
    group: 'Requests',
    description: 'Number of calls.',
    formula: 'n',
    unit: 'short',
    kinds: withHeatmap,
    ...total('requests'),
  }),
  define({
    name: 'request_rate',
    label: 'Request rate',
    group: 'Requests',
    description: 'Calls per second of the time that has passed.',
    formula: 'n / seconds',
    unit: 'reqps',
    kinds: withHeatmap,
    ...perSecond('requests'),
  }),
];
