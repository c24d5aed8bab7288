import { type QueryModel } from './query-model';
import { queryText } from './query-text';
import { catalog } from './testing/catalog';

describe('queryText', () => {
  it.each<[string, QueryModel]>([
    // Time series
    ['No metric chosen', {}],
    ['No metric chosen', { kind: 'timeseries', metrics: [], groupBy: ['provider'] }],
    ['Requests over time', { metrics: ['requests'] }],
    ['Requests over time', { metrics: ['requests'], interval: 'auto', groupBy: [], filters: [] }],
    ['Requests over time (Europe/Berlin)', { metrics: ['requests'], timezone: 'Europe/Berlin' }],
    ["Cost per day (the dashboard's time zone)", { metrics: ['cost'], interval: 'day', timezone: '$__timezone' }],
    ['Cost per minute', { metrics: ['cost'], interval: '1m' }],
    ['Cost per 5 minutes', { metrics: ['cost'], interval: '5m' }],
    ['Cost per hour', { metrics: ['cost'], interval: '1h' }],
    ['Cost per 6 hours', { metrics: ['cost'], interval: '6h' }],
    ['Cost per month', { metrics: ['cost'], interval: 'month' }],
    ['Cost per $bucket', { metrics: ['cost'], interval: '$bucket' }],
    ['Cost and requests per day', { metrics: ['cost', 'requests'], interval: 'day' }],
    [
      'Cost, latency p95 and requests per day by provider and model',
      { metrics: ['cost', 'latency_p95', 'requests'], groupBy: ['provider', 'model_name'], interval: 'day' },
    ],
    ['Cost over time by hour of day', { metrics: ['cost'], groupBy: ['hour_of_day'] }],
    ['Cost over time, with zero where there are no calls', { metrics: ['cost'], fill: 'zero' }],
    ['Cost over time', { metrics: ['cost'], minRequests: 1 }],
    ['Cost over time, without values that rest on fewer than 20 calls', { metrics: ['cost'], minRequests: 20 }],
    ['Slow calls over time', { metrics: ['slow_ratio'] }],
    ['Slow calls over time, slow being over 5000 ms', { metrics: ['slow_ratio'], parameters: { slowMs: 5000 } }],
    ['Cost over time', { metrics: ['cost'], parameters: { slowMs: 5000 } }],
    ['Gone metric over time by gone dimension', { metrics: ['gone_metric'], groupBy: ['gone_dimension'] }],

    // top, compare
    [
      'Cost over time by model, the 5 highest by cost and the rest as (other)',
      { metrics: ['cost'], groupBy: ['model_name'], top: { limit: 5, by: 'cost' } },
    ],
    [
      'Cost over time by model, only the highest by latency p95',
      { metrics: ['cost'], groupBy: ['model_name'], top: { limit: 1, by: 'latency_p95', other: false } },
    ],
    ['Cost over time, compared with the period before', { metrics: ['cost'], compare: 'previous' }],
    ['Cost over time, compared with the day before', { metrics: ['cost'], compare: 'day' }],
    ['Cost over time, compared with the month before', { metrics: ['cost'], compare: 'month' }],
    ['Cost over time', { metrics: ['cost'], compare: 'none' }],
    [
      'Cost per day by model, the 5 highest by cost and the rest as (other), compared with the week before, ' +
        'where provider is one of openai, anthropic',
      {
        metrics: ['cost'],
        groupBy: ['model_name'],
        interval: 'day',
        top: { limit: 5, by: 'cost', other: true },
        compare: 'week',
        filters: [{ key: 'provider', operator: 'in', values: ['openai', 'anthropic'] }],
      },
    ],

    ['Cost over time, compared with $shift', { metrics: ['cost'], compare: '$shift' }],
    [
      'Cost over time by model, the $limit highest by cost and the rest as (other)',
      { metrics: ['cost'], groupBy: ['model_name'], top: { limit: '$limit', by: 'cost' } },
    ],

    // Summary
    ['Cost', { kind: 'summary', metrics: ['cost'] }],
    ['Cost by model', { kind: 'summary', metrics: ['cost'], groupBy: ['model_name'], interval: 'day' }],
    ['Cost as a number', { kind: 'summary', metrics: ['cost'], shape: 'numbers' }],
    ['Cost and requests as numbers', { kind: 'summary', metrics: ['cost', 'requests'], shape: 'numbers' }],
    ['Cost by model as numbers', { kind: 'summary', metrics: ['cost'], groupBy: ['model_name'], shape: 'numbers' }],
    [
      'Cost by model, ordered by cost, highest first, at most 10 rows',
      { kind: 'summary', metrics: ['cost'], groupBy: ['model_name'], order: { by: 'cost' }, limit: 10 },
    ],
    [
      'Cost by model, ordered by model, first to last, at most 1 row',
      {
        kind: 'summary',
        metrics: ['cost'],
        groupBy: ['model_name'],
        order: { by: 'model_name', direction: 'asc' },
        limit: 1,
      },
    ],
    [
      'Cost by model, compared with the month before, ordered by change in %, lowest first',
      {
        kind: 'summary',
        metrics: ['cost'],
        groupBy: ['model_name'],
        compare: 'month',
        order: { by: 'delta_ratio', direction: 'asc' },
      },
    ],
    [
      'Cost, compared with the week before (only the change in %)',
      { kind: 'summary', metrics: ['cost'], compare: 'week', period: 'delta_ratio' },
    ],
    ['Cost', { kind: 'summary', metrics: ['cost'], period: 'delta' }],
    [
      'Cost and requests, compared with the day before, ordered by cost: change, highest first',
      { kind: 'summary', metrics: ['cost', 'requests'], compare: 'day', order: { by: 'cost_delta' } },
    ],
    [
      'Budget used, with a budget of 500 USD a month',
      { kind: 'summary', metrics: ['budget_used'], parameters: { budget: 500 } },
    ],
    [
      'Budget used, with a budget of $budget USD a month',
      { kind: 'summary', metrics: ['budget_used'], parameters: { budget: '$budget' } },
    ],
    ['Cost', { kind: 'summary', metrics: ['cost'], fill: 'zero' }],

    // Heatmap
    ['No metric chosen', { kind: 'heatmap' }],
    ['Requests by duration over time as a heatmap', { kind: 'heatmap', metrics: ['requests'] }],
    ['Cost by duration per hour as a heatmap', { kind: 'heatmap', metrics: ['cost'], interval: '1h' }],
    ['Requests by duration over time as a heatmap', { kind: 'heatmap', metrics: ['latency_p95'] }],
    [
      'Cost by duration over time as a heatmap',
      { kind: 'heatmap', metrics: ['cost'], top: { limit: 5, by: 'cost' }, compare: 'day', minRequests: 20, limit: 3 },
    ],

    // Calls
    ['Single calls, newest first', { kind: 'calls' }],
    ['Single calls, oldest first', { kind: 'calls', order: { by: 'start_time', direction: 'asc' } }],
    ['Single calls by cost, highest first, at most 50 calls', { kind: 'calls', order: { by: 'cost' }, limit: 50 }],
    [
      'Single calls by duration, lowest first, at most 1 call, where provider is openai',
      {
        kind: 'calls',
        order: { by: 'total_time', direction: 'asc' },
        limit: 1,
        filters: [{ key: 'provider', operator: '=', values: ['openai'] }],
      },
    ],

    // Events
    ['No event chosen', { kind: 'events' }],
    ['Events: new model', { kind: 'events', metrics: ['new_model'] }],
    [
      'Events: new model and budget crossed, with a budget of 500 USD a month',
      { kind: 'events', metrics: ['new_model', 'budget_crossed'], parameters: { budget: 500 }, limit: 3 },
    ],
  ])('says "%s"', (text, query) => {
    expect(queryText(query, catalog)).toBe(text);
  });

  it.each<[string, NonNullable<QueryModel['filters']>]>([
    ['where provider is openai', [{ key: 'provider', operator: '=', values: ['openai'] }]],
    ['where provider is not openai', [{ key: 'provider', operator: '!=', values: ['openai'] }]],
    ['where provider is openai', [{ key: 'provider', operator: 'in', values: ['openai'] }]],
    ['where provider is not openai', [{ key: 'provider', operator: 'not in', values: ['openai'] }]],
    ['where provider is none of openai, azure', [{ key: 'provider', operator: 'not in', values: ['openai', 'azure'] }]],
    ['where model starts with gpt', [{ key: 'model_name', operator: 'starts with', values: ['gpt'] }]],
    ['where model contains mini', [{ key: 'model_name', operator: 'contains', values: ['mini'] }]],
    ['where cost is over 0.5', [{ key: 'cost', operator: '>', values: [0.5] }]],
    ['where cost is at least 0.5', [{ key: 'cost', operator: '>=', values: ['0.5'] }]],
    ['where cost is under $limit', [{ key: 'cost', operator: '<', values: ['$limit'] }]],
    ['where cost is at most 1', [{ key: 'cost', operator: '<=', values: [1] }]],
    [
      'where provider is one of openai, azure and model contains mini and cost is over 1',
      [
        { key: 'provider', operator: 'in', values: ['openai', 'azure'] },
        { key: 'model_name', operator: 'contains', values: ['mini'] },
        { key: 'cost', operator: '>', values: [1] },
      ],
    ],
  ])('says "… %s"', (text, filters) => {
    expect(queryText({ metrics: ['cost'], filters }, catalog)).toBe(`Cost over time, ${text}`);
  });

  it('leaves out filters without a value, which are not asked', () => {
    const filters = [{ key: 'provider', operator: '=' as const, values: [] }];
    expect(queryText({ metrics: ['cost'], filters }, catalog)).toBe('Cost over time');
  });

  it('keeps capitals in labels such as ID', () => {
    const dimensions = [{ name: 'call_id', label: 'ID of the call', needsTop: false }];
    expect(queryText({ metrics: ['cost'], groupBy: ['call_id'] }, { ...catalog, dimensions })).toBe(
      'Cost over time by ID of the call'
    );
  });

  it('does without a catalog', () => {
    expect(
      queryText({
        kind: 'summary',
        metrics: ['cost', 'slow_ratio'],
        groupBy: ['model_name'],
        top: { limit: 3, by: 'cost' },
        parameters: { slowMs: 5000 },
      })
    ).toBe(
      'Cost and slow ratio by model name, the 3 highest by cost and the rest as (other), ' + 'slow being over 5000 ms'
    );
    expect(queryText({ kind: 'events', metrics: ['budget_crossed'], parameters: { budget: 500 } })).toBe(
      'Events: budget crossed, with a budget of 500 a month'
    );
  });

  it('leaves out what it can not read, and takes an unknown kind for a time series', () => {
    const query = { kind: 'pie', metrics: ['cost'], groupBy: 'model_name', top: 5 } as unknown as QueryModel;
    expect(queryText(query, catalog)).toBe('Cost over time');
  });
});
