import { type QueryModel } from './query-model';
import { readableQuery, unreadableFields } from './readable-query';

describe('readableQuery', () => {
  it('is the query itself when every field has its form', () => {
    const query = {
      refId: 'A',
      schemaVersion: 1 as const,
      kind: 'summary' as const,
      metrics: ['cost', 'gone'],
      groupBy: ['model_name'],
      filters: [{ key: 'cost', operator: '>' as const, values: [0.5, '$floor'] }],
      top: { limit: '$limit', by: 'cost' },
      order: { by: 'cost' },
      limit: 10,
      minRequests: 20,
      parameters: { budget: '$budget', slowMs: 1000 },
    };
    expect(readableQuery(query)).toEqual(query);
    expect(unreadableFields(query)).toEqual([]);
  });

  it.each<[keyof QueryModel, unknown]>([
    ['metrics', 'cost'],
    ['metrics', [1]],
    ['groupBy', null],
    ['filters', { provider: 'openai' }],
    ['filters', [{ key: 'provider', operator: '=' }]],
    ['filters', [null]],
    ['interval', 60],
    ['top', 5],
    ['top', { limit: null, by: 'cost' }],
    ['order', 'cost'],
    ['parameters', { budget: null }],
    ['kind', ['summary']],
  ])('leaves out %s of another form: %j', (name, value) => {
    const saved = { refId: 'A', shape: 'numbers', [name]: value } as QueryModel;
    expect(readableQuery(saved)).toEqual({ refId: 'A', shape: 'numbers' });
    expect(unreadableFields(saved)).toEqual([name]);
  });
});
