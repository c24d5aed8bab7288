import { alertingWarnings } from './alerting-warnings';
import { type QueryModel } from './query-model';

const empty = [{ key: 'provider', operator: '=' as const, values: [] }];
const variable = [{ key: 'provider', operator: '=' as const, values: ['$provider'] }];

describe('alertingWarnings', () => {
  it.each<[string, QueryModel, string[]]>([
    ['the automatic interval, also when it is not written down', { metrics: ['cost'] }, ['“auto”']],
    ['the ends of a fixed interval', { metrics: ['cost'], interval: '1h' }, ['a part of their interval']],
    ['an interval that is not over', { metrics: ['cost'], interval: 'day' }, ['“day” is not over']],
    ['a table with several metrics', { kind: 'summary', metrics: ['cost', 'requests'] }, ['several metrics']],
    ['a table that compares', { kind: 'summary', metrics: ['cost'], compare: 'week' }, ['all parts of a comparison']],
    ['a limit', { kind: 'summary', metrics: ['cost'], limit: 10 }, ['beyond the limit']],
    [
      'groups by rank',
      { kind: 'summary', metrics: ['cost'], groupBy: ['provider'], top: { limit: 5, by: 'cost' } },
      ['an alert ends when its group'],
    ],
    ['hours', { kind: 'summary', metrics: ['cost'], groupBy: ['hour_of_day'] }, ['Which hours and days']],
    ['days of the week', { kind: 'summary', metrics: ['cost'], groupBy: ['day_of_week'] }, ['Which hours and days']],
    ['a filter without a value', { kind: 'summary', metrics: ['cost'], filters: empty }, ['without a value']],
    [
      'template variables, by name',
      {
        kind: 'summary',
        metrics: ['budget_used'],
        filters: variable,
        timezone: '$__timezone',
        parameters: { budget: '${budget}' },
      },
      ['$provider, $__timezone, ${budget}'],
    ],
    [
      'the earlier lines of a comparison',
      { metrics: ['cost'], interval: '1h', compare: 'week' },
      ['a part of their', 'earlier lines'],
    ],
    ['a heatmap', { kind: 'heatmap', metrics: ['cost'], interval: 'auto' }, ['A heatmap']],
    ['calls', { kind: 'calls' }, ['Single calls']],
    ['events', { kind: 'events', metrics: ['new_model'] }, ['Events']],
  ])('warns of %s', (_what, query, warnings) => {
    expect(alertingWarnings(query)).toEqual(warnings.map((warning) => expect.stringContaining(warning)));
  });

  it.each<[string, QueryModel]>([
    ['one part of a comparison', { kind: 'summary', metrics: ['cost'], compare: 'week', period: 'delta_ratio' }],
    ['a table of one metric', { kind: 'summary', metrics: ['cost'], groupBy: ['provider'] }],
    ['numbers', { kind: 'summary', metrics: ['cost', 'requests'], shape: 'numbers', compare: 'day' }],
    ['a legend', { kind: 'summary', metrics: ['cost'], legend: '{{provider}}' }],
  ])('is content with %s', (_what, query) => {
    expect(alertingWarnings(query)).toEqual([]);
  });

  it("does not take Grafana's own fields for the query's", () => {
    const saved = { refId: 'A', datasource: { uid: '${datasource}' }, kind: 'summary' as const, metrics: ['cost'] };
    expect(alertingWarnings(saved)).toEqual([]);
  });
});
