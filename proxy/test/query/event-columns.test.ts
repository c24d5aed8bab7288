import { describe, expect, it } from 'vitest';
import { describeEvent, eventColumns } from '../../src/query/events/event-columns.ts';

const time = Date.parse('2026-05-01T10:00Z');

describe('describeEvent', () => {
  it('puts a new model into words', () => {
    expect(describeEvent({ event: 'new_model', time, provider: 'openai', model_name: 'gpt-5' }, 'USD')).toEqual({
      time,
      event: 'new_model',
      title: 'New model',
      text: 'First call of gpt-5 (openai)',
      tags: 'new_model,openai,gpt-5',
      provider: 'openai',
      model_name: 'gpt-5',
    });
  });

  it('has each tag once, and none with a comma, which would be two', () => {
    expect(describeEvent({ event: 'new_model', time, provider: '(none)', model_name: '(none)' }, 'USD')).toMatchObject({
      text: 'First call of (none) ((none))',
      tags: 'new_model,(none)',
    });
    expect(describeEvent({ event: 'new_model', time, provider: 'a,b', model_name: 'c' }, 'USD')).toMatchObject({
      text: 'First call of c (a,b)',
      tags: 'new_model,a b,c',
      provider: 'a,b',
    });
  });

  it.each([
    [1234.5678, 1000, 'EUR', 'EUR 1,234.57 of EUR 1,000.00'],
    [100, 99.5, 'USD', 'USD 100.00 of USD 99.50'],
    [0.00051234, 0.0005, 'CNY', 'CNY 0.00051234 of CNY 0.0005'],
  ])('puts a crossed budget into words: %d of %d %s', (cost, budget, currency, figures) => {
    expect(describeEvent({ event: 'budget_crossed', time, month: 'May 2026', cost, budget }, currency)).toEqual({
      time,
      event: 'budget_crossed',
      title: 'Budget crossed',
      text: `The cost of May 2026 reached the budget: ${figures}`,
      tags: 'budget_crossed',
      provider: null,
      model_name: null,
    });
  });
});

describe('the columns of events', () => {
  it('are displayed under the names by which Grafana finds the parts of an annotation', () => {
    const labels = eventColumns.map(({ label }) => label.toLowerCase());
    expect(['time', 'title', 'text', 'tags'].filter((name) => !labels.includes(name))).toEqual([]);
    // These it would take for something else.
    expect(['timeend', 'id', 'color', 'userid'].filter((name) => labels.includes(name))).toEqual([]);
  });
});
