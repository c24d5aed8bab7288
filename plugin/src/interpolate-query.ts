import { type ScopedVars } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';
import { queryInterval } from './grafana-interval';
import { interpolateFilters, interpolateZone } from './interpolation';
import { type NumberOrVariable } from './query-model';
import { type AiMetricsQuery } from './types';
import { expandVariables } from './variable-values';

/** What Grafana computes from the panel's width and the range, as the proxy does it for `auto`. */
const GRAFANA_AUTO = /^\$(__interval|\{__interval\}|__auto|\{__auto\})$/;

/**
 * Puts the variables' values into a query: as lists where several may stand, and never as joined text. A field whose
 * variable has no value is left out, as if it had not been set. Several values where one has to stand are sent as they
 * are: the proxy refuses them, and says what it takes.
 */
export function interpolateQuery(
  query: AiMetricsQuery,
  templateSrv: TemplateSrv,
  scopedVars: ScopedVars
): AiMetricsQuery {
  const expand = (text: string) => expandVariables(text, templateSrv, scopedVars);

  const list = (texts: string[] | undefined) =>
    texts && [...new Set(texts.flatMap((text) => expand(text).values))].filter((value) => value !== '');

  const one = (text: string | undefined): string | undefined => {
    const values = list(text === undefined ? undefined : [text]) ?? [];
    return values.length > 1 ? (values as unknown as string) : values[0];
  };

  const number = (value: NumberOrVariable | undefined): NumberOrVariable | undefined => {
    const found = typeof value === 'string' ? one(value) : value;
    return typeof found === 'string' && isNumber(found) ? Number(found) : found;
  };

  const interval = (text: string | undefined) => {
    if (text === undefined || GRAFANA_AUTO.test(text) || expand(text).auto) {
      return text && 'auto';
    }
    const found = one(text);
    return typeof found === 'string' ? queryInterval(found) : found;
  };

  const { top, order, parameters, legend } = query;
  const limit = number(top?.limit);
  const by = one(order?.by);
  return {
    ...query,
    metrics: list(query.metrics),
    groupBy: list(query.groupBy),
    filters: interpolateFilters(query.filters, templateSrv, scopedVars),
    interval: interval(query.interval),
    timezone: interpolateZone(query.timezone, templateSrv, scopedVars) || undefined,
    compare: one(query.compare),
    top: top && limit !== undefined ? { ...top, limit, by: one(top.by) ?? '' } : undefined,
    order: order && by ? { ...order, by, direction: one(order.direction) } : undefined,
    limit: number(query.limit),
    parameters: parameters && { slowMs: number(parameters.slowMs), budget: number(parameters.budget) },
    // As a viewer reads it: several values, or All, are words here, not a list.
    legend: legend && templateSrv.replace(legend, scopedVars, 'text'),
  };
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
