import { interpolateQuery } from './interpolate-query';
import { templateSrv } from './testing/template-srv';
import { type AiMetricsQuery } from './types';

const variables = templateSrv({
  metric: { value: ['cost', 'requests'] },
  allMetrics: { value: ['$__all'], options: ['cost', 'tokens'] },
  dimension: { value: 'provider' },
  count: { value: '5' },
  several: { value: ['day', 'week'] },
  comparison: { value: 'week' },
  direction: { value: 'asc' },
  budget: { value: '1500.50' },
  empty: { value: '' },
  none: { value: [] },
  interval: { value: '1d' },
  odd: { value: '12h' },
  auto: { value: '2m', chosen: '$__auto' },
});
const interpolate = (query: Partial<AiMetricsQuery>) => {
  const { refId: _, filters: __, ...rest } = interpolateQuery({ refId: 'A', ...query }, variables, {});
  return rest;
};

describe('interpolateQuery', () => {
  it('leaves a query without variables as it is', () => {
    const query: AiMetricsQuery = {
      refId: 'A',
      schemaVersion: 1,
      kind: 'summary',
      metrics: ['cost', 'requests'],
      groupBy: ['provider', 'model_name'],
      filters: [{ key: 'provider', operator: 'in', values: ['openai', 'azure'] }],
      interval: 'auto',
      timezone: 'Europe/Berlin',
      top: { limit: 5, by: 'cost', other: false },
      compare: 'previous',
      order: { by: 'cost', direction: 'desc' },
      limit: 10,
      parameters: { slowMs: 5000, budget: 1000 },
      legend: '{{provider}}',
      minRequests: 20,
    };
    expect(interpolateQuery(query, variables, {})).toEqual(query);
  });

  it('adds nothing to a query that has nothing', () => {
    expect(interpolateQuery({ refId: 'A' }, variables, {})).toEqual({ refId: 'A', filters: [] });
  });

  it('puts several values and All into metrics and groups, each once', () => {
    expect(interpolate({ metrics: ['$metric', 'cost'], groupBy: ['$dimension', 'provider'] })).toEqual({
      metrics: ['cost', 'requests'],
      groupBy: ['provider'],
    });
    expect(interpolate({ metrics: ['${allMetrics}'] })).toEqual({ metrics: ['cost', 'tokens'] });
  });

  it('makes numbers of what is one', () => {
    expect(
      interpolate({
        top: { limit: '$count', by: '${dimension}' },
        limit: '$count',
        parameters: { slowMs: '${count}00', budget: '$budget' },
      })
    ).toEqual({
      top: { limit: 5, by: 'provider' },
      limit: 5,
      parameters: { slowMs: 500, budget: 1500.5 },
    });
  });

  it('puts variables into comparison and order', () => {
    expect(interpolate({ compare: '$comparison', order: { by: '$dimension', direction: '$direction' } })).toEqual({
      compare: 'week',
      order: { by: 'provider', direction: 'asc' },
    });
  });

  it('leaves out what has no value', () => {
    expect(
      interpolate({
        metrics: ['$none', 'cost'],
        groupBy: ['$empty'],
        interval: '$empty',
        timezone: '$empty',
        compare: '$empty',
        top: { limit: '$empty', by: 'cost' },
        order: { by: '$none' },
        limit: '$none',
        parameters: { budget: '$empty' },
      })
    ).toEqual({ metrics: ['cost'], groupBy: [], parameters: {} });
  });

  it('sends several values where one has to stand, for the proxy to refuse', () => {
    expect(interpolate({ compare: '$several', limit: '$several' })).toEqual({
      compare: ['day', 'week'],
      limit: ['day', 'week'],
    });
  });

  it("reads Grafana's intervals", () => {
    expect(interpolate({ interval: '$interval' })).toEqual({ interval: 'day' });
    expect(interpolate({ interval: '$odd' })).toEqual({ interval: '12h' });
  });

  it.each(['$auto', '$__interval', '${__interval}', '$__auto'])('reads %s as auto', (interval) => {
    expect(interpolate({ interval })).toEqual({ interval: 'auto' });
  });

  it('leaves unknown variables to the proxy, which names them', () => {
    expect(interpolate({ limit: '$unknown', compare: '$unknown' })).toEqual({ limit: '$unknown', compare: '$unknown' });
  });
});
