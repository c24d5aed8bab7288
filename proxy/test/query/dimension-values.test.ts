import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { refusalOf } from './refusal.ts';

describeOnEngines('readDimensionValues', (engine) => {
  let table: OpenMetrics;

  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      { provider: 'openai', model_name: 'gpt-4', monitor_id: 'm1', total_time: 5 },
      { provider: 'openai', model_name: 'gpt-4', monitor_id: 'm2', total_time: 50 },
      { provider: 'openai', model_name: 'GPT-4', monitor_id: 'm3', total_time: 500 },
      { provider: 'anthropic', model_name: 'claude', monitor_id: null },
      { provider: null, model_name: null },
      { provider: '', model_name: '' },
      { provider: '(none)', model_name: '(none)' },
      { provider: 'early', model_name: 'early', start_time: '2026-04-30 23:59:59.999' },
      { provider: 'late', model_name: 'late', start_time: '2026-05-02 00:00:00.000' },
    ]);
  });
  afterAll(async () => {
    await table.close();
  });

  it('lists each value in the range once, in the order of its text', async () => {
    expect(await table.dimensionValues({ dimension: 'model_name' })).toEqual({
      values: ['(none)', 'GPT-4', 'claude', 'gpt-4'],
      truncated: false,
    });
    expect(await table.dimensionValues({ dimension: 'provider' })).toEqual({
      values: ['(none)', 'anthropic', 'openai'],
      truncated: false,
    });
    expect(await table.dimensionValues({ dimension: 'monitor_id' })).toEqual({
      values: ['(none)', 'm1', 'm2', 'm3'],
      truncated: false,
    });
  });

  it.each([
    [1, ['(none)'], true],
    [2, ['(none)', 'GPT-4'], true],
    [3, ['(none)', 'GPT-4', 'claude'], true],
    [4, ['(none)', 'GPT-4', 'claude', 'gpt-4'], false],
    [5, ['(none)', 'GPT-4', 'claude', 'gpt-4'], false],
  ])('lists at most %s', async (limit, values, truncated) => {
    expect(await table.dimensionValues({ limit })).toEqual({ values, truncated });
  });

  it.each([
    ['gpt', ['gpt-4']],
    ['-4', ['GPT-4', 'gpt-4']],
    ['%', []],
    ['(none', ['(none)']],
  ])('searches for "%s" byte for byte', async (search, values) => {
    expect((await table.dimensionValues({ search })).values).toEqual(values);
  });

  it('keeps to the filters', async () => {
    const filters = [
      { key: 'provider', operator: '=' as const, values: ['openai'] },
      { key: 'total_time', operator: '<' as const, values: [500] },
    ];
    expect((await table.dimensionValues({ filters })).values).toEqual(['gpt-4']);
    expect((await table.dimensionValues({ dimension: 'monitor_id', filters })).values).toEqual(['m1', 'm2']);
    const none = [{ key: 'provider', operator: '=' as const, values: ['(none)'] }];
    expect((await table.dimensionValues({ filters: none })).values).toEqual(['(none)']);
  });

  it('is empty where there are no calls', async () => {
    const context = { from: '2026-01-01T00:00Z', to: '2026-01-02T00:00Z' };
    expect(await table.dimensionValues({}, context)).toEqual({ values: [], truncated: false });
  });

  it.each(['model', 'start_time', 'total_time', '__proto__', 'model_name`'])(
    'has no dimension %s',
    async (dimension) => {
      expect(await refusalOf(table.dimensionValues({ dimension }))).toBe(
        `not_found: No dimension "${dimension}"; there are provider, model_name, monitor_id`
      );
    }
  );

  it('checks range and filters as a question does', async () => {
    expect(await refusalOf(table.dimensionValues({}, { from: 5, to: 4 }))).toBe(
      'invalid_request: to: must be later than from'
    );
    expect(await refusalOf(table.dimensionValues({}, { from: '2024-01-01T00:00Z' }))).toMatch(/^query_too_large: /);
    const filters = [{ key: 'x', operator: '=' as const, values: ['a'] }];
    expect(await refusalOf(table.dimensionValues({ filters }))).toMatch(
      /^invalid_request: filters\[0\]\.key: "x" is unknown/
    );
  });
});

describeOnEngines('answerQuery of more rows than it may hold', (engine) => {
  it('refuses the question and says what to narrow (E81)', async () => {
    const table = await openMetrics(engine, { maxRows: 3 });
    await table.insert(['a', 'b', 'c'].map((model_name) => ({ model_name })));
    expect(await table.rows({ kind: 'summary', groupBy: ['model_name'] })).toHaveLength(3);
    await table.insert([{ model_name: 'd' }]);
    expect(await refusalOf(table.rows({ kind: 'summary', groupBy: ['model_name'] }))).toBe(
      'query_too_large: The answer has more than 3 rows (groups × intervals): choose a longer interval, a shorter range, fewer dimensions, or a filter'
    );
    await table.close();
  });
});
