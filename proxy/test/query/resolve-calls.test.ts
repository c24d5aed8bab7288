import { describe, expect, it } from 'vitest';
import type { Cursor } from '../../src/query/calls/cursor.ts';
import { parseQuery } from '../../src/query/model/parse.ts';
import { type ResolvedCalls, resolveCalls } from '../../src/query/calls/resolve-calls.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { defaultLimits, questionContext } from './question-context.ts';
import { refusal } from './refusal.ts';

type Context = Parameters<typeof questionContext>[0];

const from = Date.parse('2026-05-01T00:00Z');
const to = Date.parse('2026-05-02T00:00Z');

function resolve(query: Partial<QueryInput>, context: Context = {}, cursor: Cursor | null = null): ResolvedCalls {
  const parsed = parseQuery({ kind: 'calls', ...query });
  if (parsed.kind !== 'calls') {
    throw new Error('This is no question about calls');
  }
  return resolveCalls(parsed, questionContext(context), cursor);
}
const refused = (...asked: Parameters<typeof resolve>) => refusal(() => resolve(...asked));

/** The cursor that a page of a question would end with. */
function cursorOf(query: Partial<QueryInput>): Cursor {
  return { question: resolve(query).question, from, to, value: '2026-05-01 12:00:00.000', id: '7' };
}

const openai: QueryInput['filters'] = [{ key: 'provider', operator: '=', values: ['openai'] }];
const notThisQuery = 'invalid_request: cursor: is not one that this query got: leave it out to start anew';

describe('resolveCalls', () => {
  it('fills in every default', () => {
    expect(resolve({})).toEqual({
      kind: 'calls',
      filters: [],
      order: { by: 'start_time', direction: 'desc' },
      from,
      to,
      storedZone: 'UTC',
      grid: { buckets: [{ start: from, end: to }], rule: { type: 'single' }, wallFrom: from, wallTo: to },
      limit: 100,
      after: null,
      question: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
  });

  it('keeps what is asked for', () => {
    const order = { by: 'total_tokens', direction: 'asc' } as const;
    expect(resolve({ order, limit: 1000, filters: openai })).toMatchObject({
      order,
      limit: 1000,
      filters: [{ type: 'text', column: 'provider', operator: '=', values: ['openai'] }],
    });
  });

  it('gives no more rows than the limit', () => {
    expect(refused({ limit: 1001 })).toBe('query_too_large: limit: at most 1000 calls a page');
    const limits = { ...defaultLimits, rowsPerPage: 10 };
    expect(resolve({}, { limits }).limit).toBe(10);
    expect(refused({ limit: 11 }, { limits })).toBe('query_too_large: limit: at most 10 calls a page');
  });

  it.each(['provider', 'id', 'latency', 'COST', 'cost desc', '1', '__proto__', 'toString', '`cost`'])(
    'has no order %s',
    (by) => {
      expect(refused({ order: { by } })).toBe(
        `invalid_request: order.by: "${by}" is unknown; allowed: start_time, total_time, cost, total_tokens`
      );
    }
  );

  it('is nothing for an alert rule', () => {
    expect(refused({}, { alerting: true })).toBe(
      'invalid_request: kind: an alert rule needs numbers, and calls are none: ask for a summary or time series'
    );
  });

  it('goes on after the call that the cursor stands at, with pages of any size', () => {
    expect(resolve({ limit: 5 }, {}, cursorOf({ limit: 500 })).after).toEqual({
      value: '2026-05-01 12:00:00.000',
      id: '7',
    });
  });

  it.each<[Partial<QueryInput>, Partial<QueryInput>]>([
    [{}, { filters: openai }],
    [{ filters: openai }, {}],
    [{ filters: openai }, { filters: [{ key: 'provider', operator: '!=', values: ['openai'] }] }],
    [{ filters: openai }, { filters: [{ key: 'model_name', operator: '=', values: ['openai'] }] }],
    [{}, { order: { by: 'cost' } }],
    [{ order: { by: 'cost' } }, { order: { by: 'cost', direction: 'asc' } }],
  ])('refuses a cursor of %j for %j (E82)', (first, second) => {
    expect(refused(second, {}, cursorOf(first))).toBe(notThisQuery);
  });

  it('takes the same question in other words', () => {
    const price = (value: string | number): Partial<QueryInput> => ({
      filters: [{ key: 'cost', operator: '>', values: [value] }],
    });
    expect(resolve(price(0.5), {}, cursorOf(price('0.5'))).after).not.toBeNull();
    expect(resolve({ order: { by: 'start_time' } }, {}, cursorOf({})).after).not.toBeNull();
  });

  it('stays in the time range of the first page, given again or not', () => {
    const cursor = cursorOf({});
    const parsed = parseQuery({ kind: 'calls' });
    if (parsed.kind !== 'calls') {
      throw new Error('This is no question about calls');
    }
    const later = { ...questionContext(), now: Date.parse('2026-05-09T00:00Z') };
    for (const given of [
      { from, to },
      { from: undefined, to },
      { from: undefined, to: undefined },
    ]) {
      expect(resolveCalls(parsed, { ...later, ...given }, cursor)).toMatchObject({ from, to });
    }
    for (const given of [{ from: from + 1 }, { to: to + 1 }, { from: from - 1, to: undefined }]) {
      expect(refusal(() => resolveCalls(parsed, { ...later, ...given }, cursor))).toBe(
        'invalid_request: from, to: are not those that the cursor began with: leave them out beside a cursor'
      );
    }
  });
});
