import { queryText } from './query-text';
import { catalog } from './testing/catalog';

describe('queryText', () => {
  it('says a time series', () => {
    expect(queryText({ metrics: ['requests'] })).toBe('Requests over time');
  });

  it('says metrics, groups, interval, zone, filters and floor', () => {
    expect(
      queryText({
        kind: 'timeseries',
        metrics: ['cost', 'latency_p95', 'requests'],
        groupBy: ['provider', 'model_name'],
        interval: 'day',
        timezone: 'Europe/Berlin',
        filters: [
          { key: 'provider', operator: 'not in', values: ['openai', 'azure'] },
          { key: 'cost', operator: '>', values: [0.5] },
        ],
        minRequests: 20,
      })
    ).toBe(
      'Cost, latency p95 and requests per day (Europe/Berlin), by provider and model name, ' +
        'where provider is none of openai or azure and cost over 0.5, with at least 20 requests'
    );
  });

  it("says a summary with the catalog's labels", () => {
    expect(
      queryText({ kind: 'summary', metrics: ['latency_p95'], groupBy: ['model_name'], interval: 'day' }, catalog)
    ).toBe('Latency p95 in total, by Model');
  });

  it('says calls', () => {
    const filters = [{ key: 'provider', operator: '=' as const, values: ['openai'] }];
    expect(queryText({ kind: 'calls', filters })).toBe('Single calls, where provider is openai');
  });

  it('says when there is nothing to ask', () => {
    expect(queryText({})).toBe('No metric chosen');
  });
});
