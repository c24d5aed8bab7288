import type { QueryInput } from '../src/query/model/schema.ts';

/**
 * How two values of a metric are compared: `exact`; `money` is exact where costs are DECIMAL; `average` allows for the
 * four digits that the server's AVG has; `percentile` for the 1 % that the proxy promises.
 */
export type Comparison = 'exact' | 'money' | 'average' | 'percentile';

/** A question of Grafana's panels, for the proxy and as the SQL that somebody would write for the built-in data source. */
export interface Question {
  name: string;
  days: number;
  query: QueryInput;
  /** With `[from, to, …filters]` as its parameters, from and to in seconds; its columns are time, dimensions and metrics. */
  directSql: string;
  /** The model that it is about, where it is about one. */
  model: string | undefined;
  /** How many times as fast as direct SQL the proxy has to be at least, in a table of `rowsForAims` calls or more. */
  aim: number;
  comparisons: Record<string, Comparison>;
}

/** Of fewer calls direct SQL needs not much longer than the way over HTTP. */
export const rowsForAims = 10_000_000;

/** The six questions, each about all models and about one. */
export function listQuestions(model: string): Question[] {
  return definitions.flatMap(({ name, days, query, sql, comparisons, aims }) => [
    { name, days, query, directSql: sql(timeFilter), model: undefined, aim: aims.allModels, comparisons },
    {
      name: `${name}_one_model`,
      days,
      query: { ...query, filters: [{ key: 'model_name', operator: '=', values: [model] }] },
      directSql: sql(`${timeFilter} AND model_name = ?`),
      model,
      aim: aims.oneModel,
      comparisons,
    },
  ]);
}

interface Definition {
  name: string;
  days: number;
  query: QueryInput;
  sql: (where: string) => string;
  comparisons: Record<string, Comparison>;
  aims: { allModels: number; oneModel: number };
}

const notSlower = 1;

// As Grafana's macros $__timeFilter and $__timeGroup are written out (pkg/tsdb/mysql/macros.go). Percentiles by the
// quickest way that MySQL and MariaDB both have: CUME_DIST is rank / n, so the first value with q or more is the nearest
// rank. A call without the value has no rank.
const timeFilter = 'start_time BETWEEN FROM_UNIXTIME(?) AND FROM_UNIXTIME(?)';
const timeGroup = (seconds: number) => `UNIX_TIMESTAMP(start_time) DIV ${String(seconds)} * ${String(seconds)}`;

const definitions: Definition[] = [
  {
    name: 'requests_24h_1m',
    days: 1,
    query: { metrics: ['requests'], interval: '1m' },
    sql: (where) => `SELECT ${timeGroup(60)} AS time, COUNT(*) AS requests
      FROM ai_metrics WHERE ${where} GROUP BY time ORDER BY time`,
    comparisons: { requests: 'exact' },
    aims: { allModels: notSlower, oneModel: notSlower },
  },
  {
    name: 'latency_p95_by_model_24h_1h',
    days: 1,
    query: { metrics: ['latency_p95'], groupBy: ['model_name'], interval: '1h' },
    sql: (where) => `SELECT time, model_name, MIN(total_time) AS latency_p95 FROM (
        SELECT ${timeGroup(3600)} AS time, model_name, total_time,
          CUME_DIST() OVER (PARTITION BY ${timeGroup(3600)}, model_name ORDER BY total_time) AS place
        FROM ai_metrics WHERE ${where} AND total_time IS NOT NULL
      ) AS ranked WHERE place >= 0.95 GROUP BY time, model_name ORDER BY time`,
    comparisons: { latency_p95: 'percentile' },
    aims: { allModels: 30, oneModel: notSlower },
  },
  {
    name: 'cost_by_model_30d_1h',
    days: 30,
    query: { metrics: ['cost'], groupBy: ['model_name'], interval: '1h' },
    sql: (where) => `SELECT ${timeGroup(3600)} AS time, model_name, SUM(cost) AS cost
      FROM ai_metrics WHERE ${where} GROUP BY time, model_name ORDER BY time`,
    comparisons: { cost: 'money' },
    aims: { allModels: 250, oneModel: 30 },
  },
  {
    name: 'summary_by_provider_model_30d',
    days: 30,
    query: {
      kind: 'summary',
      metrics: ['requests', 'cost', 'latency_avg', 'tokens'],
      groupBy: ['provider', 'model_name'],
    },
    sql: (where) => `SELECT provider, model_name, COUNT(*) AS requests, SUM(cost) AS cost,
        AVG(total_time) AS latency_avg, SUM(total_tokens) AS tokens
      FROM ai_metrics WHERE ${where} GROUP BY provider, model_name`,
    comparisons: { requests: 'exact', cost: 'money', latency_avg: 'average', tokens: 'exact' },
    aims: { allModels: 300, oneModel: 30 },
  },
  {
    name: 'cost_by_provider_90d_1d',
    days: 90,
    query: { metrics: ['cost'], groupBy: ['provider'], interval: 'day' },
    sql: (where) => `SELECT ${timeGroup(86_400)} AS time, provider, SUM(cost) AS cost
      FROM ai_metrics WHERE ${where} GROUP BY time, provider ORDER BY time`,
    comparisons: { cost: 'money' },
    aims: { allModels: 500, oneModel: 30 },
  },
  {
    name: 'latency_p95_by_model_30d',
    days: 30,
    query: { kind: 'summary', metrics: ['latency_p95'], groupBy: ['model_name'] },
    sql: (where) => `SELECT model_name, MIN(total_time) AS latency_p95 FROM (
        SELECT model_name, total_time, CUME_DIST() OVER (PARTITION BY model_name ORDER BY total_time) AS place
        FROM ai_metrics WHERE ${where} AND total_time IS NOT NULL
      ) AS ranked WHERE place >= 0.95 GROUP BY model_name`,
    comparisons: { latency_p95: 'percentile' },
    aims: { allModels: 800, oneModel: 30 },
  },
];
