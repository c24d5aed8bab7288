import { describe, expect, it } from 'vitest';
import { summaryColumns } from '../../src/query/derive/summary-columns.ts';
import { resolved, summaryAnswer } from './made-answer.ts';
import { answerFrames } from '../../src/query/output/frames.ts';

const names = (query: Parameters<typeof resolved>[0]) =>
  summaryColumns(resolved({ kind: 'summary', ...query })).map(({ name }) => name);

describe('summaryColumns', () => {
  it('are the metrics, and with a comparison what became of each', () => {
    expect(names({ metrics: ['cost', 'requests'] })).toEqual(['cost', 'requests']);
    expect(names({ metrics: ['cost'], compare: 'week' })).toEqual(['cost', 'previous', 'delta', 'delta_ratio']);
    expect(names({ metrics: ['cost', 'requests'], compare: 'week' })).toEqual([
      'cost',
      'cost_previous',
      'cost_delta',
      'cost_delta_ratio',
      'requests',
      'requests_previous',
      'requests_delta',
      'requests_delta_ratio',
    ]);
  });

  it('are only those of the period that is asked for', () => {
    expect(names({ metrics: ['cost'], compare: 'week', period: 'current' })).toEqual(['cost']);
    expect(names({ metrics: ['cost'], compare: 'week', period: 'delta_ratio' })).toEqual(['delta_ratio']);
    expect(names({ metrics: ['cost', 'requests'], compare: 'day', period: 'previous' })).toEqual([
      'cost_previous',
      'requests_previous',
    ]);
  });

  it('make a table that an alert rule can read: labels and one number', () => {
    const query = { metrics: ['cost'], groupBy: ['provider'], compare: 'week', period: 'delta_ratio' } as const;
    const [frame] = answerFrames(
      summaryAnswer({ ...query, metrics: ['cost'], groupBy: ['provider'] }, [[{ provider: 'openai' }, [0.5]]]),
      'A',
      'USD'
    );
    expect(frame?.schema.fields.map(({ name, type }) => [name, type])).toEqual([
      ['provider', 'string'],
      ['delta_ratio', 'number'],
    ]);
    expect(frame?.data.values).toEqual([['openai'], [0.5]]);
  });
});
