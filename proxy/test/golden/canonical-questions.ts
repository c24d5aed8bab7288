import type { Cursor } from '../../src/query/calls/cursor.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { questionContext } from '../query/question-context.ts';

interface CanonicalQuestion {
  /** The name of its golden files. */
  name: string;
  /** What a person would ask. */
  title: string;
  query: QueryInput;
  context: ReturnType<typeof questionContext>;
  /** The groups that were found to be the first, where these are read by themselves. */
  kept?: string[][];
}

const to = '2026-05-01T00:00Z';
const day = questionContext({ from: '2026-04-30T00:00Z', to });
const month = questionContext({ from: '2026-04-01T00:00Z', to });
const quarter = questionContext({ from: '2026-01-31T00:00Z', to });

/** The questions that the product is measured by, one with every operator, and one on the local calendar. */
export const canonicalQuestions: CanonicalQuestion[] = [
  {
    name: 'requests-24h-by-minute',
    title: 'Requests, 24 h, 1 min buckets',
    query: { metrics: ['requests'], interval: '1m' },
    context: day,
  },
  {
    name: 'latency-p95-by-model-24h-by-hour',
    title: 'p95 latency by model, 24 h, 1 h buckets',
    query: { metrics: ['latency_p95'], groupBy: ['model_name'], interval: '1h' },
    context: day,
  },
  {
    name: 'cost-by-model-30d-by-hour',
    title: 'Cost by model, 30 days, 1 h buckets',
    query: { metrics: ['cost'], groupBy: ['model_name'], interval: '1h' },
    context: month,
  },
  {
    name: 'summary-by-provider-and-model-30d',
    title: 'Requests, cost, latency and tokens by provider and model, 30 days',
    query: {
      kind: 'summary',
      metrics: ['requests', 'cost', 'latency_avg', 'tokens'],
      groupBy: ['provider', 'model_name'],
    },
    context: month,
  },
  {
    name: 'cost-by-provider-90d-by-day',
    title: 'Cost by provider, 90 days, 1 day buckets',
    query: { metrics: ['cost'], groupBy: ['provider'], interval: 'day' },
    context: quarter,
  },
  {
    name: 'latency-p95-by-model-30d',
    title: 'p95 latency by model, 30 days',
    query: { kind: 'summary', metrics: ['latency_p95'], groupBy: ['model_name'] },
    context: month,
  },
  {
    name: 'latency-and-cost-percentiles-24h',
    title: 'Percentiles of latency and of cost together, 24 h: two statements',
    query: { kind: 'summary', metrics: ['latency_p50', 'latency_p99', 'cost_p50', 'cost_max', 'requests'] },
    context: day,
  },
  {
    name: 'filtered-24h',
    title: 'Every operator at once',
    query: {
      kind: 'summary',
      metrics: ['requests'],
      filters: [
        { key: 'provider', operator: '=', values: ["it's"] },
        { key: 'provider', operator: '!=', values: ['(none)'] },
        { key: 'model_name', operator: 'in', values: ['a', 'A', 'a '] },
        { key: 'model_name', operator: 'not in', values: ['模型', "\\' OR 1=1 -- "] },
        { key: 'monitor_id', operator: 'starts with', values: ['50%_'] },
        { key: 'monitor_id', operator: 'contains', values: ['\\'] },
        { key: 'total_time', operator: '>', values: [1000] },
        { key: 'cost', operator: '<=', values: ['0.5'] },
      ],
    },
    context: day,
  },
  {
    name: 'calendar-by-day-in-berlin',
    title: 'Requests and cost by day in Europe/Berlin, over the change to summer time',
    query: { metrics: ['requests', 'cost'], interval: 'day', timezone: 'Europe/Berlin' },
    context: questionContext({ from: '2026-03-27T23:00Z', to: '2026-03-30T22:00Z' }),
  },
  {
    name: 'calendar-by-month-in-kathmandu',
    title: 'Requests by month in Asia/Kathmandu',
    query: { metrics: ['requests'], interval: 'month', timezone: 'Asia/Kathmandu' },
    context: quarter,
  },
  {
    name: 'requests-by-weekday-and-hour-in-berlin',
    title: 'Requests by weekday and hour of day in Europe/Berlin, over the change to summer time',
    query: {
      kind: 'summary',
      groupBy: ['day_of_week', 'hour_of_day'],
      metrics: ['requests'],
      timezone: 'Europe/Berlin',
    },
    context: quarter,
  },
  {
    name: 'heatmap-24h-by-hour',
    title: 'Requests by hour and row of latency, 24 h',
    query: { kind: 'heatmap', metrics: ['requests'], interval: '1h' },
    context: day,
  },
  {
    name: 'budget-of-the-month-by-provider',
    title: 'Budget used and forecast, by provider: the month to date and the last 7 full days',
    query: {
      kind: 'summary',
      metrics: ['budget_used', 'cost_forecast_month'],
      groupBy: ['provider'],
      timezone: 'America/New_York',
      parameters: { budget: 100 },
    },
    context: day,
  },
  {
    name: 'cost-of-the-last-hour-among-its-like',
    title: 'The last full hour against the same hour of 4 weeks: five statements',
    query: { kind: 'summary', metrics: ['cost_zscore'], timezone: 'Asia/Kathmandu' },
    context: day,
  },
  {
    name: 'cost-by-day-against-the-month-before',
    title: 'Cost by day in Europe/Berlin, 30 days, against the month before, in which the clock changed',
    query: { metrics: ['cost'], interval: 'day', timezone: 'Europe/Berlin', compare: 'month' },
    context: month,
  },
  {
    name: 'requests-by-hour-against-the-period-before',
    title: 'Requests, 24 h from twenty past, 1 h buckets, on those of the answer for the 24 h before',
    query: { metrics: ['requests'], interval: '1h', compare: 'previous' },
    context: questionContext({ from: '2026-04-29T12:20:30.500Z', to: '2026-04-30T12:20:30.500Z' }),
  },
  {
    name: 'latency-p95-of-the-dearest-monitors-by-hour',
    title: 'p95 latency of the three dearest monitors, one of them without a name, and of all others: the second step',
    query: {
      metrics: ['latency_p95'],
      groupBy: ['monitor_id'],
      interval: '1h',
      top: { limit: 3, by: 'cost', other: true },
    },
    context: day,
    kept: [['nightly'], ['(none)'], ["it's"]],
  },
];

interface CanonicalCalls extends CanonicalQuestion {
  /** The last call of the page before. */
  after: Pick<Cursor, 'value' | 'id'> | null;
  /** What the first statement found, in the order of time. */
  last: string | null;
}

const filters: QueryInput['filters'] = [{ key: 'provider', operator: '=', values: ['openai'] }];

/** Pages of single calls: in the order of time, which the index has, and in another. */
export const canonicalCalls: CanonicalCalls[] = [
  {
    name: 'calls-newest-90d',
    title: 'The newest calls of 90 days: the end of the page, then the page',
    query: { kind: 'calls' },
    context: quarter,
    after: null,
    last: '2026-04-30 23:00:00.000',
  },
  {
    name: 'calls-newest-90d-next-page',
    title: 'The page after it, of one provider',
    query: { kind: 'calls', filters, limit: 1000 },
    context: quarter,
    after: { value: '2026-04-30 23:00:00.000', id: '18446744073709551615' },
    last: '2026-04-30 12:00:00.000',
  },
  {
    name: 'calls-oldest-90d-next-page',
    title: 'The second page of the oldest calls',
    query: { kind: 'calls', order: { by: 'start_time', direction: 'asc' } },
    context: quarter,
    after: { value: '2026-01-31 00:00:00.000', id: 7 },
    last: '2026-01-31 01:00:00.000',
  },
  {
    name: 'calls-dearest-24h',
    title: 'The dearest calls of 24 hours',
    query: { kind: 'calls', order: { by: 'cost' }, limit: 10 },
    context: day,
    after: null,
    last: null,
  },
  {
    name: 'calls-dearest-24h-next-page',
    title: 'The page after a cost with more digits than a float64',
    query: { kind: 'calls', order: { by: 'cost' }, limit: 10 },
    context: day,
    after: { value: '12345678901234567.12345678', id: 7 },
    last: null,
  },
  {
    name: 'calls-quickest-24h-last-page',
    title: 'A page of the calls without a duration, which are the last',
    query: { kind: 'calls', order: { by: 'total_time', direction: 'asc' } },
    context: day,
    after: { value: null, id: 7 },
    last: null,
  },
];
