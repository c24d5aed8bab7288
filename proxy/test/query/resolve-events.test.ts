import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../src/query/model/parse.ts';
import { type ResolvedEvents, resolveEvents } from '../../src/query/events/resolve-events.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { defaultLimits, questionContext } from './question-context.ts';
import { refusal } from './refusal.ts';

type Context = Parameters<typeof questionContext>[0];

function resolve(query: Partial<QueryInput>, context: Context = {}): ResolvedEvents {
  const parsed = parseQuery({ kind: 'events', ...query });
  if (parsed.kind !== 'events') {
    throw new Error('This is no question about events');
  }
  return resolveEvents(parsed, questionContext(context));
}

describe('resolveEvents', () => {
  it('fills in all that is needed', () => {
    expect(resolve({ metrics: ['new_model'] }, { defaultZone: 'Asia/Shanghai', storedZone: 'Europe/Berlin' })).toEqual({
      kind: 'events',
      events: ['new_model'],
      filters: [],
      from: Date.parse('2026-05-01T00:00Z'),
      to: Date.parse('2026-05-02T00:00Z'),
      zone: 'Asia/Shanghai',
      storedZone: 'Europe/Berlin',
      lookBackTo: Date.parse('2025-03-28T00:00Z'),
      budget: null,
      maxEvents: 1000,
    });
  });

  it('takes the zone and the budget of the question', () => {
    const query = { metrics: ['budget_crossed'], timezone: 'Asia/Kathmandu', parameters: { budget: '99.95' } };
    expect(resolve(query)).toMatchObject({ zone: 'Asia/Kathmandu', budget: 99.95 });
  });

  it('looks back no further than 1970', () => {
    const limits = { ...defaultLimits, rangeDays: 4000 };
    expect(
      resolve({ metrics: ['new_model'] }, { from: '1975-05-01T00:00Z', to: '1975-05-02T00:00Z', limits }).lookBackTo
    ).toBe(0);
  });

  it.each([
    [{ metrics: ['cost'] }, 'metrics: "cost" is not an event; allowed: new_model, budget_crossed'],
    [{ metrics: ['constructor'] }, 'metrics: "constructor" is not an event; allowed: new_model, budget_crossed'],
    [{ metrics: ['new_model', 'new_model'] }, 'metrics: names the same twice'],
    [
      { metrics: ['budget_crossed'] },
      'parameters.budget: enter the budget of a month in the currency: "budget_crossed" needs it',
    ],
    [
      { metrics: ['new_model'], filters: [{ key: 'model', operator: '=' as const, values: ['a'] }] },
      /^filters\[0\]\.key: "model" is unknown/,
    ],
  ])('refuses %j', (query, message) => {
    expect(refusal(() => resolve(query)).replace('invalid_request: ', '')).toEqual(
      typeof message === 'string' ? message : (expect.stringMatching(message) as string)
    );
  });

  it('tells an alert rule what to ask for instead', () => {
    expect(refusal(() => resolve({ metrics: ['new_model'] }, { alerting: true }))).toBe(
      'invalid_request: kind: an alert rule needs numbers, and events are none: ask for a summary or time series'
    );
  });

  it('refuses a range that is too long', () => {
    expect(refusal(() => resolve({ metrics: ['new_model'] }, { from: '2025-01-01T00:00Z' }))).toMatch(
      /^query_too_large: The time range is longer than 400 days/
    );
  });
});
