import { nextQuery } from './next-query';
import { type QueryKind, type QueryModel } from './query-model';
import { catalog } from './testing/catalog';

const filters = [{ key: 'provider', operator: '=' as const, values: ['openai'] }];

/** A query with everything that a time series or a summary may have. */
const full: QueryModel = {
  schemaVersion: 1,
  kind: 'summary',
  metrics: ['cost', 'budget_used'],
  groupBy: ['model_name'],
  filters,
  top: { limit: 5, by: 'cost', other: true },
  compare: 'week',
  order: { by: 'cost_delta', direction: 'desc' },
  limit: 10,
  shape: 'numbers',
  timezone: 'UTC',
  minRequests: 20,
  legend: '{{model_name}}',
  parameters: { budget: 500 },
};

describe('nextQuery', () => {
  it('changes nothing else without a reason', () => {
    expect(nextQuery(full, { minRequests: 30 }, catalog)).toEqual({ ...full, minRequests: 30 });
  });

  it.each<[QueryKind, QueryModel]>([
    [
      'timeseries',
      {
        metrics: ['cost'],
        groupBy: ['model_name'],
        top: { limit: 5, by: 'cost', other: true },
        compare: 'week',
        timezone: 'UTC',
        minRequests: 20,
        legend: '{{model_name}}',
      },
    ],
    ['heatmap', { metrics: ['cost'], timezone: 'UTC' }],
    ['calls', { limit: 10 }],
    ['events', { metrics: ['new_model'], timezone: 'UTC' }],
  ])('keeps of a summary what a %s has', (kind, kept) => {
    expect(nextQuery(full, { kind }, catalog)).toEqual({ schemaVersion: 1, kind, filters, ...kept });
  });

  it('asks for the first metric that the other kind offers when none carries over', () => {
    expect(nextQuery({ kind: 'calls', filters }, { kind: 'summary' }, catalog)).toEqual({
      kind: 'summary',
      metrics: ['requests'],
      filters,
    });
    expect(nextQuery({ kind: 'summary', metrics: ['first_seen'] }, { kind: 'heatmap' }, catalog).metrics).toEqual([
      'requests',
    ]);
    expect(nextQuery({ kind: 'events', metrics: ['new_model'] }, { kind: 'timeseries' }, catalog).metrics).toEqual([
      'requests',
    ]);
  });

  it('keeps metrics that the catalog does not know', () => {
    const query: QueryModel = { kind: 'summary', metrics: ['gone', 'first_seen'] };
    expect(nextQuery(query, { kind: 'timeseries' }, catalog).metrics).toEqual(['gone']);
  });

  it('keeps the order of calls where a summary has the column, and drops it where not', () => {
    const calls: QueryModel = { kind: 'calls', order: { by: 'total_time' } };
    expect(nextQuery(calls, { kind: 'summary' }, catalog).order).toBeUndefined();
    const summary: QueryModel = { kind: 'summary', metrics: ['cost'], order: { by: 'cost' } };
    expect(nextQuery(summary, { kind: 'calls' }, catalog).order).toEqual({ by: 'cost' });
  });

  it('ranks by a metric that is still asked for', () => {
    const query: QueryModel = {
      metrics: ['requests', 'cost'],
      groupBy: ['provider'],
      top: { limit: 5, by: 'requests' },
    };
    expect(nextQuery(query, { metrics: ['cost'] }, catalog).top).toEqual({ limit: 5, by: 'cost' });
    expect(nextQuery(query, { metrics: [] }, catalog).top).toEqual({ limit: 5, by: 'requests' });
  });

  it('ranks on by a metric that was chosen for the rank only', () => {
    const query: QueryModel = { metrics: ['requests'], groupBy: ['provider'], top: { limit: 5, by: 'cost' } };
    expect(nextQuery(query, { metrics: ['latency_p95'] }, catalog).top).toEqual({ limit: 5, by: 'cost' });
  });

  it('shows the biggest of a dimension that has too many values for all', () => {
    const query: QueryModel = { metrics: ['cost'], groupBy: ['provider'] };
    expect(nextQuery(query, { groupBy: ['provider', 'monitor_id'] }, catalog).top).toEqual({
      limit: 5,
      by: 'cost',
      other: true,
    });
    expect(nextQuery({ groupBy: [] }, { groupBy: ['monitor_id'] }, catalog).top?.by).toBe('requests');
    expect(nextQuery(query, { groupBy: ['provider', 'model_name'] }, catalog).top).toBeUndefined();
  });

  it('ranks no groups where there are none', () => {
    const query: QueryModel = { metrics: ['cost'], groupBy: ['provider'], top: { limit: 5, by: 'cost' } };
    expect(nextQuery(query, { groupBy: [] }, catalog).top).toBeUndefined();
  });

  it('drops an order whose column goes', () => {
    const query: QueryModel = { ...full, order: { by: 'model_name' } };
    expect(nextQuery(query, { groupBy: ['provider'] }, catalog).order).toBeUndefined();
    expect(nextQuery(full, { compare: 'none' }, catalog).order).toBeUndefined();
    expect(nextQuery(full, { period: 'delta_ratio' }, catalog).order).toBeUndefined();
    expect(nextQuery(full, { compare: 'day' }, catalog).order).toEqual(full.order);
  });

  it('answers no part of a comparison where there is none', () => {
    const query: QueryModel = { kind: 'summary', metrics: ['cost'], compare: 'week', period: 'delta_ratio' };
    expect(nextQuery(query, { compare: 'none' }, catalog).period).toBeUndefined();
    expect(nextQuery(query, { compare: 'day' }, catalog).period).toBe('delta_ratio');
  });

  it('drops a parameter with the last metric that reads it', () => {
    expect(nextQuery(full, { metrics: ['cost'] }, catalog).parameters).toBeUndefined();
    const both: QueryModel = {
      kind: 'summary',
      metrics: ['budget_used', 'slow_ratio'],
      parameters: { budget: '$budget', slowMs: 2000 },
    };
    expect(nextQuery(both, { metrics: ['slow_ratio'] }, catalog).parameters).toEqual({ slowMs: 2000 });
  });

  it('leaves what was odd before as it was saved', () => {
    const odd: QueryModel = {
      kind: 'timeseries',
      metrics: ['cost'],
      top: { limit: 5, by: 'gone' },
      order: { by: 'gone' },
      shape: 'numbers',
      parameters: { budget: 500 },
    };
    expect(nextQuery(odd, { metrics: ['cost', 'requests'] }, catalog)).toEqual({
      ...odd,
      metrics: ['cost', 'requests'],
    });
  });
});
