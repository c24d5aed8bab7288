import { define, type Metric, perSecond, total } from './metric.ts';

export const requestMetrics: readonly Metric[] = [
  define({
    name: 'requests',
    label: 'Requests',
    group: 'Requests',
    description: 'Number of calls.',
    formula: 'n',
    unit: 'short',
    ...total('requests'),
  }),
  define({
    name: 'request_rate',
    label: 'Request rate',
    group: 'Requests',
    description: 'Calls per second of the time that has passed.',
    formula: 'n / seconds',
    unit: 'reqps',
    ...perSecond('requests'),
  }),
];
