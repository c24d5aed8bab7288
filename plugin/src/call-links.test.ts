import { createDataFrame, type DataFrame, type Field, FieldType, type PartialDataFrame } from '@grafana/data';
import { linkToCalls } from './call-links';
import { type AiMetricsQuery } from './types';

const HOUR = 3_600_000;
const window = { from: 1_700_000_000_000, to: 1_700_000_000_000 + 24 * HOUR };
const datasource = { type: 'aitoys-aimetrics-datasource', uid: 'aitoys-ai-metrics' };
const base: AiMetricsQuery = {
  refId: 'A',
  datasource,
  kind: 'timeseries',
  metrics: ['cost'],
  groupBy: ['provider'],
  filters: [{ key: 'cost', operator: '>', values: [1] }],
};

/** A frame as the proxy answers it. */
const frame = (fields: PartialDataFrame['fields'], executed = { interval: '1h', timezone: 'UTC' }): DataFrame =>
  createDataFrame({ refId: 'A', meta: { executedQueryString: JSON.stringify(executed) }, fields });
const series = (labels: Record<string, string>, name = 'cost') =>
  frame([
    { name: 'time', type: FieldType.time, values: [1_700_002_800_000] },
    { name, type: FieldType.number, values: [1], labels },
  ]);

/** Where the link of a frame's last field leads from a place that Grafana says these things about. */
const follow = (found: DataFrame[], place: Record<string, string> = {}, index = 0) => {
  const field = found[index]?.fields.at(-1) as Field;
  const replaceVariables = (text: string) => place[text.slice(2, -1)] ?? text;
  const url = field.config.links?.[0]?.onBuildUrl?.({ origin: field, replaceVariables });
  const panes = url && new URL(url, 'http://localhost').searchParams.get('panes');
  return panes ? JSON.parse(panes).calls : url;
};

describe('linkToCalls', () => {
  it("leads from a point to its bucket's calls, with the query's filters and the series' labels", () => {
    const found = linkToCalls([series({ provider: 'openai' })], base, window);
    expect(follow(found, { '__value.time': '1700002800000' })).toEqual({
      datasource: 'aitoys-ai-metrics',
      queries: [
        {
          refId: 'A',
          datasource,
          schemaVersion: 1,
          kind: 'calls',
          filters: [
            { key: 'cost', operator: '>', values: [1] },
            { key: 'provider', operator: '=', values: ['openai'] },
          ],
          order: { by: 'cost', direction: 'desc' },
        },
      ],
      range: { from: '1700002800000', to: '1700006400000' },
    });
  });

  it('cuts the first and the last bucket to the range that was asked for', () => {
    const found = linkToCalls([series({ provider: 'openai' })], base, window);
    expect(follow(found, { '__value.time': String(window.from - HOUR / 2) }).range).toEqual({
      from: '1700000000000',
      to: String(window.from + HOUR / 2),
    });
    expect(follow(found, { '__value.time': String(window.to - HOUR / 2) }).range).toEqual({
      from: String(window.to - HOUR / 2),
      to: '1700086400000',
    });
  });

  it('leads from a figure without a time to all calls of the range', () => {
    const found = linkToCalls([series({ provider: 'openai' })], base, window);
    expect(follow(found).range).toEqual({ from: '1700000000000', to: '1700086400000' });
  });

  it.each([
    ['latency_p95', 'total_time'],
    ['slow_ratio', 'total_time'],
    ['prompt_tokens_per_request', 'total_tokens'],
    ['requests', undefined],
  ])('puts first what %s comes from', (metric, column) => {
    const found = linkToCalls([series({ provider: 'openai' }, metric)], { ...base, metrics: [metric] }, window);
    expect(follow(found).queries[0].order?.by).toBe(column);
  });

  it('takes the groups of a row from its cells', () => {
    const table = frame([
      { name: 'provider', type: FieldType.string, values: ['openai', '(none)'] },
      { name: 'cost', type: FieldType.number, values: [2, 1] },
    ]);
    const found = linkToCalls([table], { ...base, kind: 'summary', filters: [] }, window);
    expect(found[0]?.fields[0]?.config.links).toBeUndefined();
    expect(follow(found, { '__data.fields.provider': '(none)' })).toMatchObject({
      queries: [{ filters: [{ key: 'provider', operator: '=', values: ['(none)'] }] }],
      range: { from: '1700000000000', to: '1700086400000' },
    });
  });

  it('leads from the rest to the calls of no other series', () => {
    const frames = [series({ provider: 'openai' }), series({ provider: 'azure' }), series({ provider: '(other)' })];
    const found = linkToCalls(frames, { ...base, filters: [] }, window);
    expect(follow(found, {}, 2).queries[0].filters).toEqual([
      { key: 'provider', operator: 'not in', values: ['openai', 'azure'] },
    ]);
  });

  it('leads nowhere from the rest of two dimensions', () => {
    const query = { ...base, groupBy: ['provider', 'model_name'] };
    const rest = { provider: '(other)', model_name: '(other)' };
    expect(follow(linkToCalls([series(rest)], query, window))).toBeUndefined();

    const table = frame([
      { name: 'provider', type: FieldType.string, values: ['openai', '(other)'] },
      { name: 'model_name', type: FieldType.string, values: ['gpt-5', '(other)'] },
      { name: 'cost', type: FieldType.number, values: [2, 1] },
    ]);
    const place = { '__data.fields.provider': '(other)', '__data.fields.model_name': '(other)' };
    expect(follow(linkToCalls([table], { ...query, kind: 'summary' }, window), place)).toBe('');
  });

  it('leaves alone what is of another time', () => {
    expect(follow(linkToCalls([series({ provider: 'openai', period: 'previous' })], base, window))).toBeUndefined();
    expect(follow(linkToCalls([series({ provider: 'openai', period: 'current' })], base, window))).toBeDefined();
    expect(
      follow(linkToCalls([series({ provider: 'openai' }, 'delta')], { ...base, compare: 'week' }, window))
    ).toBeUndefined();
    expect(
      follow(linkToCalls([series({ provider: 'openai' }, 'cost_mtd')], { ...base, metrics: ['cost_mtd'] }, window))
    ).toBeUndefined();
  });

  it('leaves alone what calls can not be filtered by', () => {
    const query = { ...base, groupBy: ['hour_of_day'] };
    expect(follow(linkToCalls([series({ hour_of_day: '07' })], query, window))).toBeUndefined();
  });

  it("leaves alone other queries' answers and other kinds", () => {
    expect(follow(linkToCalls([series({ provider: 'openai' })], { ...base, refId: 'B' }, window))).toBeUndefined();
    expect(follow(linkToCalls([series({ provider: 'openai' })], { ...base, kind: 'heatmap' }, window))).toBeUndefined();
  });
});
