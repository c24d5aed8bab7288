import { type Catalog } from './catalog';
import { kindOf } from './kind-fields';
import { dimensionLabel, eventLabel, filterLabel, metricLabel } from './labels';
import { directionLabel, orderLabel } from './order-columns';
import { neededParameters } from './parameters';
import { type FilterOperator, type QueryFilter, type QueryModel, type QueryPeriod } from './query-model';
import { readableQuery } from './readable-query';

const OPERATOR_WORDS: Record<FilterOperator, string> = {
  '=': 'is',
  '!=': 'is not',
  in: 'is one of',
  'not in': 'is none of',
  'starts with': 'starts with',
  contains: 'contains',
  '>': 'is over',
  '>=': 'is at least',
  '<': 'is under',
  '<=': 'is at most',
};

const COMPARISON_WORDS: Record<string, string> = {
  previous: 'the period before',
  day: 'the day before',
  week: 'the week before',
  month: 'the month before',
};

const PERIOD_WORDS: Record<QueryPeriod, string> = {
  current: 'the value itself',
  previous: 'the earlier value',
  delta: 'the change',
  delta_ratio: 'the change in %',
};

const INTERVAL_WORDS: Record<string, string> = {
  '1m': 'minute',
  '5m': '5 minutes',
  '15m': '15 minutes',
  '30m': '30 minutes',
  '1h': 'hour',
  '6h': '6 hours',
};

/** What a query asks, in words. With the catalog's labels where it is loaded. */
export function queryText(saved: QueryModel, catalog?: Catalog): string {
  const query = readableQuery(saved);
  const parts = [
    subject(query, catalog),
    ...(kindOf(query) === 'calls' ? [] : metricParts(query, catalog)),
    limitText(query),
    conditions(query, catalog),
    floorText(query),
  ];
  return upperFirst(parts.filter(Boolean).join(', '));
}

function subject(query: QueryModel, catalog?: Catalog): string {
  const { metrics = [], groupBy = [] } = query;
  const kind = kindOf(query);
  if (kind === 'calls') {
    const order = query.order ?? { by: 'start_time' };
    const by = order.by === 'start_time' ? '' : ` by ${inSentence(orderLabel(query, order.by, catalog))}`;
    return `single calls${by}, ${inSentence(directionLabel(query, order))}`;
  }
  if (metrics.length === 0) {
    return kind === 'events' ? 'no event chosen' : 'no metric chosen';
  }
  if (kind === 'events') {
    return `events: ${list(metrics.map((name) => inSentence(eventLabel(name, catalog))))}`;
  }
  if (kind === 'heatmap') {
    return `${heatmapCell(metrics, catalog)} by duration ${overTime(query)} as a heatmap`;
  }
  const figures = list(metrics.map((name) => inSentence(metricLabel(name, catalog))));
  const groups = groupBy.map((name) => inSentence(dimensionLabel(name, catalog)));
  return [
    figures,
    kind === 'timeseries' && overTime(query),
    groups.length > 0 && `by ${list(groups)}`,
    kind === 'summary' && shapeText(query),
  ]
    .filter(Boolean)
    .join(' ');
}

/** A heatmap of a latency counts the calls. */
function heatmapCell(metrics: string[], catalog?: Catalog): string {
  return list(
    metrics.map((name) => (name.startsWith('latency_') ? 'requests' : inSentence(metricLabel(name, catalog))))
  );
}

function overTime({ interval, timezone }: QueryModel): string {
  const per = !interval || interval === 'auto' ? 'over time' : `per ${INTERVAL_WORDS[interval] ?? interval}`;
  return timezone ? `${per} (${zoneText(timezone)})` : per;
}

function zoneText(timezone: string): string {
  return /^\$\{?__timezone\}?$/.test(timezone) ? "the dashboard's time zone" : timezone;
}

/** A table is what any visualization may show. */
function shapeText({ shape, metrics = [], groupBy = [] }: QueryModel): string {
  if (shape !== 'numbers') {
    return '';
  }
  return metrics.length === 1 && groupBy.length === 0 ? 'as a number' : 'as numbers';
}

function metricParts(query: QueryModel, catalog?: Catalog): string[] {
  const { top, order, fill } = query;
  const kind = kindOf(query);
  const series = kind === 'timeseries' || kind === 'summary';
  return [
    series && top ? topText(top, catalog) : '',
    series ? comparisonText(query) : '',
    kind === 'summary' && order
      ? `ordered by ${inSentence(orderLabel(query, order.by, catalog))}, ${inSentence(directionLabel(query, order))}`
      : '',
    kind === 'timeseries' && fill === 'zero' ? 'with zero where there are no calls' : '',
    ...parameterTexts(query, catalog),
  ];
}

function comparisonText(query: QueryModel): string {
  const { compare = 'none', period } = query;
  if (compare === 'none') {
    return '';
  }
  const part = period && kindOf(query) === 'summary' ? ` (only ${PERIOD_WORDS[period] ?? period})` : '';
  return `compared with ${COMPARISON_WORDS[compare] ?? compare}${part}`;
}

function topText({ limit, by, other = true }: NonNullable<QueryModel['top']>, catalog?: Catalog): string {
  const highest = `the ${Number(limit) === 1 ? '' : `${limit} `}highest by ${inSentence(metricLabel(by, catalog))}`;
  return other ? `${highest} and the rest as (other)` : `only ${highest}`;
}

/** Without a catalog nobody knows which parameters are read: all that are set are said. */
function parameterTexts(query: QueryModel, catalog?: Catalog): string[] {
  const { slowMs, budget } = query.parameters ?? {};
  const needed = catalog && neededParameters(query, catalog).map(({ name }) => name);
  const said = (name: 'slowMs' | 'budget', value: number | string | undefined) =>
    value !== undefined && (needed === undefined || needed.includes(name));
  const currency = catalog ? ` ${catalog.currency}` : '';
  return [
    said('slowMs', slowMs) ? `slow being over ${slowMs} ms` : '',
    said('budget', budget) ? `with a budget of ${budget}${currency} a month` : '',
  ];
}

function limitText(query: QueryModel): string {
  const kind = kindOf(query);
  const { limit } = query;
  if (limit === undefined || (kind !== 'calls' && kind !== 'summary')) {
    return '';
  }
  const rows = kind === 'calls' ? 'call' : 'row';
  return `at most ${limit} ${rows}${Number(limit) === 1 ? '' : 's'}`;
}

/** A filter without a value is not asked. */
function conditions({ filters = [] }: QueryModel, catalog?: Catalog): string {
  const texts = filters.filter(({ values }) => values.length > 0).map((filter) => condition(filter, catalog));
  return texts.length > 0 ? `where ${texts.join(' and ')}` : '';
}

function condition({ key, operator, values }: QueryFilter, catalog?: Catalog): string {
  const single: FilterOperator = operator === 'in' ? '=' : operator === 'not in' ? '!=' : operator;
  const words = OPERATOR_WORDS[values.length === 1 ? single : operator] ?? operator;
  return `${inSentence(filterLabel(key, catalog))} ${words} ${values.join(', ')}`;
}

function floorText(query: QueryModel): string {
  const kind = kindOf(query);
  const { minRequests } = query;
  return minRequests && minRequests > 1 && (kind === 'timeseries' || kind === 'summary')
    ? `without values that rest on fewer than ${minRequests} calls`
    : '';
}

function list(texts: string[]): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}

/** A label inside of a sentence; what is all capitals, such as ID, stays. */
function inSentence(label: string): string {
  return /^.[A-Z]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
