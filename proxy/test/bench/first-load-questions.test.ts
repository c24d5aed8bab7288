import { describe, expect, it } from 'vitest';
import { firstLoadQuestions } from '../../bench/first-load-questions.ts';

describe('firstLoadQuestions', () => {
  it('are the panels of the overview and the marks on them', () => {
    const questions = firstLoadQuestions('aitoys-overview', 'Asia/Shanghai');
    expect(questions.map(({ name }) => name)).toEqual([
      'Cost',
      'Requests',
      'Tokens',
      'Latency p95',
      'Unit cost',
      'Unfinished',
      'Cost by provider',
      'Requests by model',
      'Latency p95 by model',
      'Tokens',
      'Models',
      'New models',
    ]);
    expect(questions[0]).toEqual({
      name: 'Cost',
      query: {
        schemaVersion: 1,
        kind: 'summary',
        metrics: ['cost'],
        groupBy: [],
        filters: [],
        timezone: 'Asia/Shanghai',
        compare: 'previous',
      },
      maxDataPoints: 600,
    });
    expect(questions[6]?.maxDataPoints).toBe(100);
  });

  it('names a dashboard that is not there', () => {
    expect(() => firstLoadQuestions('aitoys-nothing', 'UTC')).toThrow('There is no dashboard aitoys-nothing');
  });
});
