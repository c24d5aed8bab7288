import { describe, expect, it } from 'vitest';
import {
  readCallsParameters,
  readFilters,
  readQueryParameters,
  readWindow,
} from '../../src/routes/query-parameters.ts';
import { refusal } from './refusal.ts';

const read = (query: string) => readQueryParameters(new URLSearchParams(query));
const filtersOf = (...texts: string[]) => readFilters(new URLSearchParams(texts.map((text) => ['filter', text])));

describe('readQueryParameters', () => {
  it('reads every parameter under the name of the query model', () => {
    expect(
      read(
        'metrics=cost,requests&groupBy=provider,model_name&interval=1h&timezone=Europe/Berlin&fill=zero' +
          '&shape=numbers&legend={{provider}}, {{model_name}}&schemaVersion=1&minRequests=5' +
          '&compare=week&period=delta&top=5:cost:false&order=delta:asc&limit=20&slowMs=2500&budget=99.5' +
          '&from=1777593600000&to=2026-05-02T00:00:00Z&intervalMs=60000&maxDataPoints=500' +
          '&filter=provider:=:openai&filter=cost:>:0.5'
      )
    ).toEqual({
      input: {
        metrics: ['cost', 'requests'],
        groupBy: ['provider', 'model_name'],
        interval: '1h',
        timezone: 'Europe/Berlin',
        fill: 'zero',
        shape: 'numbers',
        legend: '{{provider}}, {{model_name}}',
        schemaVersion: 1,
        minRequests: 5,
        compare: 'week',
        period: 'delta',
        top: { limit: 5, by: 'cost', other: false },
        order: { by: 'delta', direction: 'asc' },
        limit: 20,
        parameters: { slowMs: '2500', budget: '99.5' },
        filters: [
          { key: 'provider', operator: '=', values: ['openai'] },
          { key: 'cost', operator: '>', values: ['0.5'] },
        ],
      },
      window: { from: 1_777_593_600_000, to: 1_777_680_000_000, intervalMs: 60_000, maxDataPoints: 500 },
    });
  });

  it('leaves out what is not given', () => {
    expect(read('')).toEqual({
      input: {},
      window: { from: undefined, to: undefined, intervalMs: undefined, maxDataPoints: undefined },
    });
  });

  it.each([
    ['top=5:cost', { top: { limit: 5, by: 'cost' } }],
    ['top=5:cost:true', { top: { limit: 5, by: 'cost', other: true } }],
    ['order=cost', { order: { by: 'cost' } }],
    ['budget=1e3', { parameters: { budget: '1e3' } }],
    // What these mean, and that they mean nothing, is said by the query's own schema.
    ['top=0:nothing', { top: { limit: 0, by: 'nothing' } }],
    ['order=:up', { order: { by: '', direction: 'up' } }],
    ['compare=', { compare: '' }],
    ['slowMs=', { parameters: { slowMs: '' } }],
  ])('reads %s as it is', (query, input) => {
    expect(read(query).input).toEqual(input);
  });

  it.each(['top=', 'top=5', 'top=cost', 'top=5:', 'top=-5:cost', 'top=5.5:cost', 'top=5:cost:no', 'top=5:cost:true:x'])(
    'refuses %s',
    (query) => {
      expect(refusal(() => read(query))).toBe(
        'invalid_request: top: must be written limit:by or limit:by:true|false, such as 5:cost'
      );
    }
  );

  it('refuses an order of three parts', () => {
    expect(refusal(() => read('order=cost:asc:nulls'))).toBe(
      'invalid_request: order: must be written column or column:direction, such as cost:asc'
    );
  });

  it('reads an empty list as one without members', () => {
    expect(read('metrics=&groupBy=').input).toEqual({ metrics: [], groupBy: [] });
  });

  it.each(['from=1&from=2', 'metrics=a&metrics=b', 'top=1:cost&top=2:cost', 'order=a&order=a', 'budget=1&budget=2'])(
    'refuses a parameter given twice: %s',
    (query) => {
      expect(refusal(() => read(query))).toMatch(/^invalid_request: \w+: is given more than once$/);
    }
  );

  it.each(['kind=summary', 'metric=cost', 'Metrics=cost', '__proto__=1', 'cursor=a', 'parameters=1', 'metrics[]=cost'])(
    'refuses the unknown parameter in %s',
    (query) => {
      expect(refusal(() => read(query))).toMatch(/^invalid_request: .*: is not a parameter; allowed: metrics, /);
    }
  );

  it('does not repeat an endless name', () => {
    expect(refusal(() => read(`${'a'.repeat(1000)}=1`))).toMatch(/^invalid_request: a{64}: is not/);
  });

  it.each(['minRequests', 'schemaVersion', 'limit', 'intervalMs', 'maxDataPoints'])('wants digits for %s', (name) => {
    for (const text of ['', '-1', '1.5', '1e3', ' 1', '0x1', 'NaN', '１', '1'.repeat(17)]) {
      expect(refusal(() => read(`${name}=${encodeURIComponent(text)}`))).toBe(
        `invalid_request: ${name}: must be a whole number`
      );
    }
  });
});

describe('readCallsParameters', () => {
  const readCalls = (query: string) => readCallsParameters(new URLSearchParams(query));

  it('reads every parameter under the name of the query model', () => {
    expect(
      readCalls('from=1777593600000&to=2026-05-02T00:00:00Z&filter=provider:=:a&order=cost:asc&limit=50&cursor=abc')
    ).toEqual({
      input: {
        kind: 'calls',
        filters: [{ key: 'provider', operator: '=', values: ['a'] }],
        order: { by: 'cost', direction: 'asc' },
        limit: 50,
        cursor: 'abc',
      },
      window: { from: 1_777_593_600_000, to: 1_777_680_000_000 },
    });
  });

  it('leaves out what is not given', () => {
    expect(readCalls('order=cost&format=csv')).toEqual({
      input: { kind: 'calls', order: { by: 'cost' } },
      window: {},
    });
  });

  it.each([
    ['order=cost:asc:nulls', 'order: must be written column or column:direction, such as cost:asc'],
    ['limit=5&limit=6', 'limit: is given more than once'],
    ['limit=-1', 'limit: must be a whole number'],
    ['offset=5', 'offset: is not a parameter; allowed: from, to, filter, order, limit, cursor, format'],
    ['metrics=cost', 'metrics: is not a parameter; allowed: from, to, filter, order, limit, cursor, format'],
    ['top=5:cost', 'top: is not a parameter; allowed: from, to, filter, order, limit, cursor, format'],
  ])('refuses %s', (query, message) => {
    expect(refusal(() => readCalls(query))).toBe(`invalid_request: ${message}`);
  });
});

describe('readWindow', () => {
  const from = (text: string) => readWindow(new URLSearchParams([['from', text]])).from;

  it.each([
    ['1777593600000', 1_777_593_600_000],
    ['0', 0],
    ['2026-05-01T00:00:00Z', 1_777_593_600_000],
    ['2026-05-01T00:00Z', 1_777_593_600_000],
    ['2026-05-01T02:00:00+02:00', 1_777_593_600_000],
    ['2026-05-01T05:45:00.123456+05:45', 1_777_593_600_123],
    ['20260501T000000Z', 1_777_593_600_000],
  ])('reads the time %s', (text, ms) => {
    expect(from(text)).toBe(ms);
  });

  it.each([
    '',
    'now',
    'now-1h',
    '-1',
    '1e3',
    '1.5',
    '2026-05-01',
    '2026-05-01T00:00:00',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    // A plus sign that was not encoded arrives as a space.
    '2026-05-01T02:00:00 02:00',
  ])('refuses the time "%s"', (text) => {
    expect(refusal(() => from(text))).toMatch(
      /^invalid_request: from: must be ms since 1970 or ISO 8601 with an offset/
    );
  });
});

describe('readFilters', () => {
  it.each([
    ['provider:=:openai', 'provider', '=', ['openai']],
    ['model_name:in:a|b|c', 'model_name', 'in', ['a', 'b', 'c']],
    ['model_name:not in:a|b', 'model_name', 'not in', ['a', 'b']],
    ['model_name:starts with:anthropic:claude:3', 'model_name', 'starts with', ['anthropic:claude:3']],
    ['model_name:=:', 'model_name', '=', ['']],
    ['model_name:in:a||b', 'model_name', 'in', ['a', '', 'b']],
    [String.raw`model_name:=:a\|b`, 'model_name', '=', ['a|b']],
    [String.raw`model_name:=:a\\`, 'model_name', '=', ['a\\']],
    [String.raw`model_name:in:a\\|b`, 'model_name', 'in', ['a\\', 'b']],
    [String.raw`model_name:in:a\\\|b|c`, 'model_name', 'in', [String.raw`a\|b`, 'c']],
    [String.raw`model_name:=:a\nb`, 'model_name', '=', [String.raw`a\nb`]],
    ['model_name:=:a\\', 'model_name', '=', ['a\\']],
    ['model_name:=:line\nbreak 😀 \0', 'model_name', '=', ['line\nbreak 😀 \0']],
    [`model_name:=:\\' OR 1=1 -- `, 'model_name', '=', [`\\' OR 1=1 -- `]],
  ])('reads %j', (text, key, operator, values) => {
    expect(filtersOf(text)).toEqual([{ key, operator, values }]);
  });

  it('keeps the order of several', () => {
    expect(filtersOf('cost:>:1', 'provider:=:a')).toEqual([
      { key: 'cost', operator: '>', values: ['1'] },
      { key: 'provider', operator: '=', values: ['a'] },
    ]);
  });

  it.each(['', 'provider', 'provider:=', 'provider=openai'])('refuses "%s"', (text) => {
    expect(refusal(() => filtersOf(text))).toBe(
      'invalid_request: filter: must be written key:operator:value, such as provider:=:openai'
    );
  });
});
