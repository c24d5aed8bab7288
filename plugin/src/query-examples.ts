import { type QueryModel } from './query-model';

export interface QueryExample {
  title: string;
  /** What it shows, or why one would ask. */
  text: string;
  query: QueryModel;
}

/** Questions to begin with, one for each thing that can be asked. */
export const QUERY_EXAMPLES: QueryExample[] = [
  {
    title: 'Cost by model',
    text: 'The five dearest models over time, and all others together.',
    query: {
      kind: 'timeseries',
      metrics: ['cost'],
      groupBy: ['model_name'],
      top: { limit: 5, by: 'cost', other: true },
      fill: 'zero',
    },
  },
  {
    title: 'Requests against last week',
    text: 'The same hours a week before, on the same axis.',
    query: { kind: 'timeseries', metrics: ['requests'], compare: 'week', interval: '1h', fill: 'zero' },
  },
  {
    title: 'Slowest models',
    text: 'A table of the ten slowest models. Those with fewer than 20 requests are left out: they say little.',
    query: {
      kind: 'summary',
      metrics: ['latency_p95', 'latency_p50', 'output_speed', 'requests'],
      groupBy: ['provider', 'model_name'],
      order: { by: 'latency_p95', direction: 'desc' },
      limit: 10,
      minRequests: 20,
    },
  },
  {
    title: 'This month, and where it is going',
    text: 'What each provider has cost since the first of the month, and what the month comes to at this rate.',
    query: { kind: 'summary', metrics: ['cost_mtd', 'cost_forecast_month'], groupBy: ['provider'] },
  },
  {
    title: 'Dearest calls',
    text: 'Single calls, those that cost most first.',
    query: { kind: 'calls', order: { by: 'cost', direction: 'desc' }, limit: 50 },
  },
];
