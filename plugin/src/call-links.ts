import { type DataFrame, type DataLink, type Field, FieldType, type InterpolateFunction } from '@grafana/data';
import { bucketEnd } from './bucket-end';
import { exploreUrl, type Window } from './explore-url';
import { groupFilters, OTHER } from './group-filters';
import { isRecord } from './is-record';
import { type QueryFilter } from './query-model';
import { type AiMetricsQuery } from './types';

/** What single calls can be filtered by. Hours and weekdays are none of their columns. */
const FILTERABLE = ['provider', 'model_name', 'monitor_id'];

/** These look at other times than the range that was asked for. */
const OF_OTHER_TIMES = ['cost_mtd', 'cost_forecast_month', 'budget_used', 'budget_burn_rate', 'cost_zscore'];

/** What stands first among the calls: the slowest of a latency, the dearest of a cost. Else the newest. */
const ORDERS: Array<[metric: RegExp, column: string]> = [
  [/^(latency|slow)_/, 'total_time'],
  [/^cost/, 'cost'],
  [/^(prompt_|completion_)?tokens/, 'total_tokens'],
];

/**
 * Gives a query's figures a link to the calls behind them, in Explore: with the query's filters, the groups of the
 * series or row, and for a point of a series the time of its bucket. What calls can't be asked for gets none.
 *
 * @param query as it was asked, without variables
 */
export function linkToCalls(frames: DataFrame[], query: AiMetricsQuery, window: Window): DataFrame[] {
  const { refId, kind = 'timeseries', groupBy = [], metrics = [] } = query;
  if ((kind !== 'timeseries' && kind !== 'summary') || !groupBy.every((name) => FILTERABLE.includes(name))) {
    return frames;
  }
  const linkable = metrics.filter((name) => !OF_OTHER_TIMES.includes(name));
  const named = groupBy.length === 1 ? namedGroups(frames, refId, groupBy[0]) : [];
  const filtersOf = (group: (dimension: string) => string | undefined) => groupFilters(groupBy, group, named);

  const linked = (frame: DataFrame, field: Field): Field => {
    const { name, type, labels, config } = field;
    const isCurrent = labels?.period === undefined || labels.period === 'current';
    if (type !== FieldType.number || !linkable.includes(name) || !isCurrent) {
      return field;
    }
    const inRows = groupBy.some((dimension) => labels?.[dimension] === undefined);
    if (!inRows && !filtersOf((dimension) => labels?.[dimension])) {
      return field;
    }
    const link: DataLink = {
      title: 'Calls behind this, in Explore',
      url: '',
      onBuildUrl: ({ replaceVariables }) => {
        const read = reader(replaceVariables);
        const filters = filtersOf((dimension) => labels?.[dimension] ?? read(`__data.fields.${dimension}`));
        // Tables show no link that leads nowhere.
        return filters
          ? exploreUrl(callsQuery(query, name, filters), bucketOf(frame, read('__value.time'), window))
          : '';
      },
    };
    return { ...field, config: { ...config, links: [...(config.links ?? []), link] } };
  };

  return frames.map((frame) =>
    frame.refId === refId ? { ...frame, fields: frame.fields.map((field) => linked(frame, field)) } : frame
  );
}

/** The values of a dimension in an answer, in labels or in a column. */
function namedGroups(frames: DataFrame[], refId: string, dimension = ''): string[] {
  const found = frames
    .filter((frame) => frame.refId === refId)
    .flatMap(({ fields }) => fields)
    .flatMap(({ name, values, labels }): unknown[] => (name === dimension ? values : [labels?.[dimension]]));
  return [...new Set(found)].filter((value): value is string => typeof value === 'string' && value !== OTHER);
}

function callsQuery(query: AiMetricsQuery, metric: string, filters: QueryFilter[]): AiMetricsQuery {
  const order = ORDERS.find(([pattern]) => pattern.test(metric))?.[1];
  return {
    refId: 'A',
    datasource: query.datasource,
    schemaVersion: 1,
    kind: 'calls',
    filters: [...(query.filters ?? []), ...filters],
    ...(order && { order: { by: order, direction: 'desc' } }),
  };
}

/** The part of the window that a point stands for; all of it for a figure without a time. */
function bucketOf(frame: DataFrame, time: string | undefined, window: Window): Window {
  const start = time === undefined ? NaN : Number(time);
  const { interval, timezone } = executedQuery(frame);
  const end = Number.isNaN(start) || !interval ? undefined : bucketEnd(start, interval, timezone ?? 'UTC');
  return end === undefined ? window : { from: Math.max(start, window.from), to: Math.min(end, window.to) };
}

/** The question as the proxy understood it: what `auto` and the default zone came to. */
function executedQuery(frame: DataFrame): { interval?: string; timezone?: string } {
  try {
    const executed: unknown = JSON.parse(frame.meta?.executedQueryString ?? '');
    return isRecord(executed) ? executed : {};
  } catch {
    return {};
  }
}

/** Reads what Grafana knows about the point or cell that the link stands on. */
function reader(replaceVariables: InterpolateFunction | undefined) {
  return (name: string): string | undefined => {
    const expression = `\${${name}}`;
    const found = replaceVariables?.(expression);
    return found === expression ? undefined : found || undefined;
  };
}
