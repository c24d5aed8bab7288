import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../src/query/model/parse.ts';
import { querySchema } from '../../src/query/model/schema.ts';
import { refusal } from './refusal.ts';

const refused = (input: unknown) => refusal(() => parseQuery(input));

const minimal = { metrics: ['requests'] };

describe('parseQuery', () => {
  it('fills in every default', () => {
    expect(parseQuery(minimal)).toEqual({
      schemaVersion: 1,
      kind: 'timeseries',
      metrics: ['requests'],
      groupBy: [],
      filters: [],
      interval: 'auto',
      fill: 'none',
      compare: 'none',
      minRequests: 0,
      shape: 'table',
      legend: '',
      parameters: {},
    });
  });

  it('keeps every field that works today', () => {
    const full = {
      schemaVersion: 1,
      kind: 'summary',
      metrics: ['requests', 'cost'],
      groupBy: ['provider', 'model_name'],
      filters: [
        { key: 'provider', operator: 'not in', values: ['a', 'b'] },
        { key: 'total_time', operator: '>=', values: [1.5] },
      ],
      interval: 'week',
      timezone: 'Asia/Kathmandu',
      fill: 'zero',
      compare: 'none',
      minRequests: 10,
      shape: 'numbers',
      legend: '{{provider}} {{model_name}}',
      parameters: {},
    };
    expect(parseQuery(full)).toEqual(full);
  });

  it.each([undefined, null, 5, 'requests', [], [minimal]])('refuses %j, which is no object', (input) => {
    expect(refused(input)).toMatch(/^invalid_request: /);
  });

  it.each([
    [{ schemaVersion: 2 }, 'schemaVersion'],
    [{ schemaVersion: '1' }, 'schemaVersion'],
    [{ kind: 'table' }, 'kind'],
    [{ kind: null }, 'kind'],
    [{ metrics: undefined }, 'metrics'],
    [{ metrics: [] }, 'metrics: must name at least one metric'],
    [{ metrics: 'requests' }, 'metrics'],
    [{ metrics: [1] }, 'metrics[0]'],
    [{ metrics: [['requests']] }, 'metrics[0]'],
    [{ metrics: [{ name: 'requests' }] }, 'metrics[0]'],
    [{ metrics: Array.from({ length: 11 }, () => 'requests') }, 'metrics: must name at most 10 metrics'],
    [{ groupBy: ['provider', 'model_name', 'provider'] }, 'groupBy: must name at most 2 dimensions'],
    [{ groupBy: 'provider' }, 'groupBy'],
    [{ groupBy: [null] }, 'groupBy[0]'],
    [{ filters: {} }, 'filters'],
    [{ filters: [{ key: 'provider', operator: '=' }] }, 'filters[0].values'],
    [{ filters: [{ key: 'provider', operator: '=', values: [] }] }, 'filters[0].values: must hold at least one value'],
    [{ filters: [{ key: 'provider', operator: '=', values: 'a' }] }, 'filters[0].values'],
    [{ filters: [{ key: 'provider', operator: '=', values: [{ a: 1 }] }] }, 'filters[0].values[0]'],
    [{ filters: [{ key: 'provider', operator: '=', values: [['a']] }] }, 'filters[0].values[0]'],
    [{ filters: [{ key: 'provider', operator: '=', values: [null] }] }, 'filters[0].values[0]'],
    [{ filters: [{ key: 'provider', operator: '=', values: [true] }] }, 'filters[0].values[0]'],
    [{ filters: [{ key: 'provider', operator: '=~', values: ['a'] }] }, 'filters[0].operator'],
    [{ filters: [{ key: 'provider', operator: '=', values: ['a'], not: true }] }, 'filters[0].not'],
    [{ filters: [{ key: 'provider', operator: '=', values: ['\ud800'] }] }, 'filters[0].values[0]'],
    [{ filters: [{ key: 'provider', operator: '=', values: ['a'.repeat(257)] }] }, 'filters[0].values[0]'],
    [{ filters: [{ key: 'cost', operator: '>', values: [Number.POSITIVE_INFINITY] }] }, 'filters[0].values[0]'],
    [{ filters: [{ key: 'cost', operator: '>', values: [Number.NaN] }] }, 'filters[0].values[0]'],
    [{ interval: '2h' }, 'interval'],
    [{ interval: 0 }, 'interval'],
    [{ interval: '' }, 'interval'],
    [{ timezone: 'Mars/Olympus' }, 'timezone: must be an IANA time zone'],
    [{ timezone: '+02:00' }, 'timezone'],
    [{ timezone: null }, 'timezone'],
    [{ fill: 'null' }, 'fill'],
    [{ compare: 'year' }, 'compare'],
    [{ top: 5 }, 'top'],
    [{ top: { limit: 0, by: 'cost' } }, 'top.limit'],
    [{ top: { limit: 5 } }, 'top.by'],
    [{ minRequests: -1 }, 'minRequests'],
    [{ minRequests: 0.5 }, 'minRequests'],
    [{ minRequests: '5' }, 'minRequests'],
    [{ shape: 'wide' }, 'shape'],
    [{ legend: 5 }, 'legend'],
    [{ order: 'cost' }, 'order'],
    [{ limit: 0 }, 'limit'],
    [{ limit: -1 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ limit: '5' }, 'limit'],
    [{ order: { by: 'cost', direction: 'up' } }, 'order.direction'],
    [{ order: { direction: 'asc' } }, 'order.by'],
    [{ order: { by: 'cost', nulls: 'first' } }, 'order.nulls'],
    [{ cursor: 5 }, 'cursor'],
    [{ cursor: 'a'.repeat(1025) }, 'cursor'],
    [{ parameters: { slowMs: 0 } }, 'parameters.slowMs: must be a positive number'],
    [{ parameters: { slowMs: '0' } }, 'parameters.slowMs: must be a positive number'],
    [{ parameters: { slowMs: null } }, 'parameters.slowMs: must be a positive number'],
    [{ parameters: { slowMs: [1] } }, 'parameters.slowMs: must be a positive number'],
    [{ parameters: { budget: -1 } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { budget: '-1' } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { budget: '' } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { budget: 'a lot' } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { budget: '1,000' } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { budget: '0x10' } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { budget: '1e999' } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { budget: Number.POSITIVE_INFINITY } }, 'parameters.budget: must be a positive number'],
    [{ parameters: { fast: 1 } }, 'parameters.fast'],
  ])('names the field that is wrong in %j', (wrong, field) => {
    const prefix = `invalid_request: ${field.includes(':') ? field : `${field}: `}`;
    expect(refused({ ...minimal, ...wrong }).slice(0, prefix.length)).toBe(prefix);
  });

  it.each([
    [
      { slowMs: 10, budget: 0.5 },
      { slowMs: 10, budget: 0.5 },
    ],
    [{ slowMs: '2500' }, { slowMs: 2500 }],
    [{ budget: ' 99.95 ' }, { budget: 99.95 }],
    [{ budget: '1e3' }, { budget: 1000 }],
  ])('reads the parameters %j as numbers', (parameters, numbers) => {
    expect(querySchema.parse({ parameters }).parameters).toEqual(numbers);
  });

  it('says what a field may hold', () => {
    expect(refused({ ...minimal, kind: 'table' })).toMatch(/timeseries, summary, /);
    expect(refused({ ...minimal, interval: '12h' })).toBe(
      'invalid_request: interval: must be one of auto, 1m, 5m, 15m, 30m, 1h, 6h, day, week, month, not "12h"'
    );
    expect(refused({ ...minimal, compare: ['day', 'week'] })).toBe(
      'invalid_request: compare: must be one of none, previous, day, week, month, not ["day","week"]'
    );
    expect(refused({ ...minimal, top: { limit: 'five', by: 'cost' } })).toBe(
      'invalid_request: top.limit: must be a whole number from 1 to 100, not "five"'
    );
    expect(refused({ ...minimal, top: { limit: 5 } })).toBe('invalid_request: top.by: is missing');
    expect(refused({ ...minimal, legend: ['a'.repeat(100)] })).toBe('invalid_request: legend: must be text');
    const filters = [{ key: 'provider', operator: '=', values: [{}] }];
    expect(refused({ ...minimal, filters })).toBe(
      'invalid_request: filters[0].values[0]: must be text or a finite number, not {}'
    );
  });

  it.each([
    [{ top: { limit: 0, by: 'cost' } }, 'top.limit: must be a whole number from 1 to 100, not 0'],
    [{ top: { limit: 2 ** 53, by: 'cost' } }, 'top.limit: must be a whole number from 1 to 100, not 9007199254740992'],
    [{ top: { by: 'cost' } }, 'top.limit: is missing'],
    [{ minRequests: 0.5 }, 'minRequests: must be a whole number from 0 to 1000000000, not 0.5'],
    [{ limit: 0 }, 'limit: must be a whole number of at least 1, not 0'],
    [{ metrics: 'requests and cost' }, 'metrics: must be a list of metric names, not "requests and cost"'],
    [{ groupBy: 'provider' }, 'groupBy: must be a list, not "provider"'],
    [{ legend: 'a'.repeat(257) }, 'legend: must have at most 256 characters, not 257'],
    [{ parameters: { slowMs: null } }, 'parameters.slowMs: must be a positive number, not null'],
    [{ parameters: { budget: 'a lot' } }, 'parameters.budget: must be a positive number, not "a lot"'],
    [{ top: { limit: 5, by: 'cost', extra: 1 } }, 'top.extra: is not a field; allowed: limit, by, other'],
    [{ parameters: { x: 1, y: 2 } }, 'parameters.x, parameters.y: are not fields; allowed: slowMs, budget'],
    [
      { filters: [{ key: 'provider', operator: '=', values: ['a'], not: true }] },
      'filters[0].not: is not a field; allowed: key, operator, values',
    ],
  ])('says once, in plain words, what is wrong in %j', (wrong, text) => {
    expect(refused({ ...minimal, ...wrong })).toBe(`invalid_request: ${text}`);
  });

  it('leaves it to the settings how many rows are too many', () => {
    expect(parseQuery({ ...minimal, limit: 2 ** 53 })).toMatchObject({ limit: 2 ** 53 });
  });

  it('does not repeat what is no question at all', () => {
    expect(refused(['secret'])).toBe('invalid_request: must be an object');
  });

  it('names every wrong field at once', () => {
    expect(refused({ metrics: [], interval: '2h', fill: 'null' })).toMatch(/metrics: .*; interval: .*; fill: /);
  });

  it.each(['datasource', 'where', 'Metrics', 'constructor', 'toString', 'hasOwnProperty'])(
    'refuses the unknown field %s',
    (name) => {
      expect(refused({ ...minimal, [name]: 1 })).toMatch(new RegExp(`^invalid_request: .*${name}`));
    }
  );

  it.each([
    '{"metrics":["requests"],"__proto__":{"kind":"summary"}}',
    '{"metrics":["requests"],"filters":[{"key":"provider","operator":"=","values":["a"],"__proto__":{"x":1}}]}',
    '{"metrics":["requests"],"parameters":{"__proto__":{"slowMs":5}}}',
  ])('refuses __proto__ in %s', (text) => {
    expect(refused(JSON.parse(text))).toMatch(/^invalid_request: .*__proto__/);
  });

  it('takes cursors for calls only', () => {
    expect(refused({ ...minimal, cursor: 'abc' })).toBe('invalid_request: cursor: is for the kind calls only');
  });

  it('lets events have names, filters, a zone and parameters', () => {
    const query = {
      kind: 'events',
      metrics: ['new_model', 'budget_crossed'],
      filters: [{ key: 'provider', operator: '=', values: ['a'] }],
      timezone: 'Asia/Kathmandu',
      parameters: { budget: 500 },
    };
    expect(parseQuery(query)).toEqual(query);
    const defaults = { groupBy: [], interval: 'auto', fill: 'none', compare: 'none', minRequests: 0, shape: 'table' };
    expect(parseQuery({ kind: 'events', metrics: ['new_model'], ...defaults, legend: '' })).toMatchObject({
      kind: 'events',
      metrics: ['new_model'],
    });
    expect(refused({ kind: 'events' })).toBe('invalid_request: metrics: must name at least one metric');
  });

  it.each([
    [{ groupBy: ['provider'] }, 'groupBy'],
    [{ interval: '1h' }, 'interval'],
    [{ fill: 'zero' }, 'fill'],
    [{ top: { limit: 5, by: 'cost' } }, 'top'],
    [{ compare: 'week' }, 'compare'],
    [{ minRequests: 1 }, 'minRequests'],
    [{ shape: 'numbers' }, 'shape'],
    [{ legend: '{{provider}}' }, 'legend'],
    [{ order: { by: 'time' }, limit: 5 }, 'order, limit'],
    [{ cursor: 'abc' }, 'cursor'],
  ])('refuses %j of events', (field, names) => {
    expect(refused({ kind: 'events', metrics: ['new_model'], ...field })).toBe(
      `invalid_request: ${names}: events have none; allowed: metrics, filters, timezone, parameters`
    );
  });

  it('refuses a parameter that no event has', () => {
    expect(refused({ kind: 'events', metrics: ['new_model'], parameters: { slowMs: 5 } })).toBe(
      'invalid_request: parameters.slowMs: events have none; allowed: budget'
    );
  });

  it('wants a metric of every kind but calls, which have none', () => {
    expect(refused({})).toBe('invalid_request: metrics: must name at least one metric');
    expect(refused({ kind: 'summary' })).toBe('invalid_request: metrics: must name at least one metric');
    expect(parseQuery({ kind: 'calls' })).toMatchObject({ kind: 'calls', filters: [] });
    expect(refused({ kind: 'calls', metrics: ['requests'] })).toBe(
      'invalid_request: metrics: calls have none; allowed: filters, order, limit, cursor'
    );
  });

  it.each([
    [{ groupBy: ['provider'] }, 'groupBy'],
    [{ interval: '1h' }, 'interval'],
    [{ fill: 'zero' }, 'fill'],
    [{ minRequests: 1 }, 'minRequests'],
    [{ shape: 'numbers' }, 'shape'],
    [{ legend: '{{provider}}' }, 'legend'],
    [{ timezone: 'UTC' }, 'timezone'],
    [{ top: { limit: 5, by: 'cost' } }, 'top'],
    [{ compare: 'week' }, 'compare'],
    [{ parameters: { slowMs: 5 } }, 'parameters'],
    [{ metrics: ['cost'], groupBy: ['provider'] }, 'metrics, groupBy'],
  ])('refuses %j of calls', (field, names) => {
    expect(refused({ kind: 'calls', ...field })).toBe(
      `invalid_request: ${names}: calls have none; allowed: filters, order, limit, cursor`
    );
  });

  it('lets calls have what others do not have, and the defaults', () => {
    const query = {
      kind: 'calls',
      filters: [{ key: 'provider', operator: '=', values: ['a'] }],
      order: { by: 'cost', direction: 'asc' },
      limit: 5,
      cursor: 'abc',
    };
    expect(parseQuery(query)).toMatchObject(query);
    expect(parseQuery({ kind: 'calls', order: { by: 'cost' } })).toMatchObject({
      order: { by: 'cost', direction: 'desc' },
    });
    const defaults = { groupBy: [], interval: 'auto', fill: 'none', compare: 'none', minRequests: 0, shape: 'table' };
    expect(parseQuery({ kind: 'calls', ...defaults, legend: '', parameters: {} })).toMatchObject({ kind: 'calls' });
  });

  it.each([
    [{ timezone: '$timezone' }, '$timezone'],
    [{ timezone: '${timezone}' }, '$timezone'],
    [{ filters: [{ key: 'provider', operator: 'in', values: ['$provider'] }] }, '$provider'],
    [{ filters: [{ key: 'provider', operator: 'in', values: ['a', '${provider:csv}'] }] }, '$provider'],
    [{ filters: [{ key: 'provider', operator: 'contains', values: ['x-${provider}-y'] }] }, '$provider'],
    [{ filters: [{ key: 'provider', operator: 'in', values: ['[[provider]]'] }] }, '$provider'],
    [{ filters: [{ key: 'provider', operator: 'in', values: ['${provider.text}'] }] }, '$provider'],
    [{ legend: 'until ${__to:date:iso}' }, '$__to'],
    [{ filters: [{ key: 'provider', operator: 'in', values: ['[[provider:csv]]'] }] }, '$provider'],
    [{ groupBy: ['$dimension'] }, '$dimension'],
    [{ interval: '$__interval' }, '$__interval'],
    [{ metrics: ['$metric'] }, '$metric'],
    [{ parameters: { budget: '$budget' } }, '$budget'],
    [{ parameters: { slowMs: '${slow:raw}' } }, '$slow'],
  ])('names the template variable that has no value in %j', (field, name) => {
    expect(refused({ ...minimal, ...field })).toBe(
      `invalid_request: The template variable ${name} has no value here: alert rules can't use variables, write the value itself`
    );
  });

  it.each([
    ['gpt-$version', '$version'],
    ['x[[version]]', '$version'],
    ['a-${version}', '$version'],
  ])('takes %s for a template variable in an alert rule', (value, name) => {
    const filters = [{ key: 'model_name', operator: '=', values: [value] }];
    expect(() => parseQuery({ ...minimal, filters }, { alerting: true })).toThrow(`The template variable ${name} has`);
  });

  it('takes a model for its name elsewhere, even with a $ in it', () => {
    const filters = [{ key: 'model_name', operator: '=', values: ['gpt-$version', 'costs $5'] }];
    expect(parseQuery({ ...minimal, filters }).filters).toEqual(filters);
    expect(
      parseQuery({ ...minimal, filters: [{ ...filters[0], values: ['costs $5'] }] }, { alerting: true })
    ).toMatchObject({ filters: [{ values: ['costs $5'] }] });
  });

  it('takes no dollar for a template variable where it can be none', () => {
    for (const value of ['$', 'US$', 'a$b', '$ 5', '{{provider}}', '[x]', '$$']) {
      expect(
        parseQuery({ ...minimal, filters: [{ key: 'provider', operator: '=', values: [value] }] }).filters
      ).toEqual([{ key: 'provider', operator: '=', values: [value] }]);
    }
  });
});
