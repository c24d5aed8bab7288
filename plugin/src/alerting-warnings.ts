import { type TimeRange } from '@grafana/data';
import { intervalWarning } from './alerting-range';
import { hasVariable } from './interpolation';
import { kindOf } from './kind-fields';
import { type QueryKind, type QueryModel } from './query-model';
import { FIELDS, readableQuery } from './readable-query';

const NO_NUMBERS: Partial<Record<QueryKind, string>> = {
  heatmap: 'A heatmap has no single numbers to alert on: choose the kind “Time series” or “Summary”.',
  calls: 'Single calls cannot be alerted on: choose the kind “Time series” or “Summary”.',
  events: 'Events cannot be alerted on: choose the kind “Time series” or “Summary”.',
};

/**
 * What in a query would break an alert rule, or make it judge something else than the panel shows.
 *
 * @param range the rule's own, where it is known
 */
export function alertingWarnings(saved: QueryModel, range?: TimeRange): string[] {
  const query = readableQuery(saved);
  const kind = kindOf(query);
  const noNumbers = NO_NUMBERS[kind];
  if (noNumbers !== undefined) {
    return [noNumbers];
  }
  return [
    ...(kind === 'timeseries' ? timeseriesWarnings(query, range) : summaryWarnings(query)),
    ...groupWarnings(query),
    ...filterWarnings(query),
    ...variableWarnings(query),
  ];
}

function timeseriesWarnings({ interval = 'auto', compare = 'none' }: QueryModel, range?: TimeRange): string[] {
  return [
    intervalWarning(interval, range),
    compare === 'none'
      ? ''
      : 'A rule would judge the earlier lines, too: choose the kind “Summary”, and one part of the comparison.',
  ].filter(Boolean);
}

function summaryWarnings({ metrics = [], compare = 'none', period, shape, limit }: QueryModel): string[] {
  const numbers = shape === 'numbers';
  return [
    !numbers && metrics.length > 1
      ? 'A table with several metrics cannot be alerted on: choose the shape “Numbers”, or one metric.'
      : '',
    !numbers && compare !== 'none' && period === undefined
      ? 'A table with all parts of a comparison cannot be alerted on: choose one of them, or the shape “Numbers”.'
      : '',
    limit !== undefined ? 'Rows beyond the limit are not watched.' : '',
  ].filter(Boolean);
}

function groupWarnings({ top, groupBy = [] }: QueryModel): string[] {
  return [
    top ? 'Which groups are the biggest changes: an alert ends when its group is no longer among them.' : '',
    groupBy.includes('hour_of_day') || groupBy.includes('day_of_week')
      ? 'Which hours and days there are depends on when a rule looks, and the last one is not over: its sums grow until it is.'
      : '',
  ].filter(Boolean);
}

function filterWarnings({ filters = [] }: QueryModel): string[] {
  return filters.some(({ values }) => values.length === 0)
    ? ['A filter without a value is an error in a rule: choose a value, or remove the filter.']
    : [];
}

function variableWarnings(query: QueryModel): string[] {
  const variables = [...new Set(FIELDS.flatMap((field) => texts(query[field])).filter(hasVariable))];
  return variables.length > 0
    ? [`Alert rules know no template variables: put a value in place of ${variables.join(', ')}.`]
    : [];
}

/** Every text in a value, however deep. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}
