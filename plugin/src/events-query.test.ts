import { eventsQuery } from './events-query';
import { type AiMetricsQuery } from './types';

describe('eventsQuery', () => {
  it('asks for the first calls of models where nothing was chosen', () => {
    expect(eventsQuery(undefined)).toEqual({
      refId: 'Anno',
      schemaVersion: 1,
      kind: 'events',
      metrics: ['new_model'],
      filters: [],
    });
  });

  it("keeps what events have, and none of what Grafana's own annotations leave behind", () => {
    const own: AiMetricsQuery = {
      refId: 'Anno',
      datasource: { type: 'aitoys-aimetrics-datasource', uid: 'aitoys-ai-metrics' },
      schemaVersion: 1,
      kind: 'events',
      metrics: ['budget_crossed'],
      filters: [{ key: 'provider', operator: '=', values: ['$provider'] }],
      timezone: '$__timezone',
      parameters: { budget: '$budget' },
    };
    const foreign = { limit: 100, matchAny: false, tags: [], type: 'dashboard' };
    expect(eventsQuery({ ...foreign, ...own })).toEqual(own);
  });

  it('asks for events whatever kind was there before', () => {
    expect(eventsQuery({ refId: 'A', kind: 'calls', metrics: [] })).toMatchObject({ kind: 'events', metrics: [] });
  });
});
