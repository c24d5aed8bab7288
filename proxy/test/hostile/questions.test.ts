import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { getAs, openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import { hostileTexts as texts } from './hostile-texts.ts';

const range = 'from=2026-05-31T00:00:00Z&to=2026-06-01T00:00:00Z';
const window = { from: Date.UTC(2026, 4, 31), to: Date.UTC(2026, 5, 1) };

describeOnEngines('a question, over HTTP', (engine) => {
  let bench: ProxyBench;
  let token: string;

  beforeAll(async () => {
    bench = await openProxyBench(engine);
    await bench.addUser({ login_name: 'admin' });
    token = await bench.signIn('admin');
    const call = { provider: 'a', total_time: 100, cost: '0.1', start_time: '2026-05-31 12:00:00.000' };
    await bench.dependencies.metricsDatabase.kysely
      .insertInto('ai_metrics')
      .values(texts.map((model_name) => ({ ...call, model_name })))
      .execute();
  });
  afterAll(() => bench.close());

  const get = async (path: string, ...parameters: [string, string][]) => {
    const separator = path.includes('?') ? '&' : '?';
    const response = await getAs(
      bench.app,
      token,
      `/api/v1${path}${separator}${new URLSearchParams(parameters).toString()}`
    );
    return { status: response.status, body: (await response.json()) as { data?: unknown; error?: { code: string } } };
  };
  const postText = async (body: string) => {
    const response = await bench.app.request('/api/v1/query', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body,
    });
    return {
      status: response.status,
      body: (await response.json()) as { results?: { A: { status: number; frames?: unknown } } },
    };
  };
  /** The status of a question in a batch, or that of the batch. */
  const statusOf = async (body: string) => {
    const { status, body: answer } = await postText(body);
    return answer.results?.A.status ?? status;
  };
  const batch = (query: unknown, changes: Record<string, unknown> = {}) =>
    JSON.stringify({ queries: [{ refId: 'A', ...window, query, ...changes }] });

  it.each(texts)('takes %j for what it is, wherever it is written (E77)', async (text) => {
    const value = text.replaceAll(/[|\\]/g, String.raw`\$&`);
    const found = (match: (name: string) => boolean) => texts.filter(match).length;
    const expected = {
      '=': 1,
      '!=': texts.length - 1,
      in: 1,
      'not in': texts.length - 1,
      'starts with': found((name) => name.startsWith(text)),
      contains: found((name) => name.includes(text)),
    };
    const counts = await Promise.all(
      Object.keys(expected).map(async (operator) => {
        const filter = `model_name:${operator}:${value}`;
        const { body } = await get(
          `/metrics/summary?${range}`,
          ['metrics', 'requests'],
          ['fill', 'zero'],
          ['filter', filter]
        );
        return [operator, (body.data as { requests: number }[] | undefined)?.[0]?.requests] as const;
      })
    );
    expect(Object.fromEntries(counts)).toEqual(expected);
    const { body: calls } = await get(`/calls?${range}`, ['filter', `model_name:=:${value}`]);
    expect((calls.data as { model_name: string }[]).map(({ model_name }) => model_name)).toEqual([text]);
    const { body: values } = await get(`/dimensions/model_name/values?${range}`, ['search', text]);
    expect((values.data as { values: string[] }).values).toContain(text);
    const filters = [{ key: 'model_name', operator: '=', values: [text] }];
    expect(await statusOf(batch({ kind: 'summary', metrics: ['requests'], filters }))).toBe(200);
  });

  it.each(texts)('names no metric, dimension, order, zone or filter with %j (E70, F83)', async (text) => {
    const query = { kind: 'summary', metrics: ['requests'] };
    for (const changes of [
      { metrics: [text] },
      { groupBy: [text] },
      { order: { by: text } },
      { order: { by: 'requests', direction: text } },
      { top: { limit: 1, by: text } },
      { interval: text },
      { timezone: text },
      { compare: text },
      { filters: [{ key: text, operator: '=', values: ['a'] }] },
      { filters: [{ key: 'provider', operator: text, values: ['a'] }] },
      { kind: text },
      { [`x${text}`]: 1 },
    ]) {
      expect(await statusOf(batch({ ...query, ...changes })), JSON.stringify(changes)).toBe(400);
    }
    expect((await get(`/dimensions/${encodeURIComponent(text)}/values`)).status).toBeOneOf([400, 404]);
  });

  it.each<[string, number]>([
    ['"from":1,"to":1', 400],
    ['"from":2,"to":1', 400],
    ['"from":-1,"to":1', 400],
    ['"from":1.5,"to":9', 400],
    ['"from":0,"to":1e400', 400],
    ['"from":-1e400,"to":0', 400],
    ['"from":0,"to":8640000000000001', 400],
    ['"from":8640000000000000,"to":8640000000000001', 400],
    ['"from":"0","to":1', 400],
    ['"from":null,"to":1', 400],
    ['"from":{},"to":1', 400],
    ['"from":[0],"to":1', 400],
    ['"from":true,"to":1', 400],
    ['"to":1', 400],
    ['"from":0,"to":9007199254740993', 400],
    ['"from":0,"to":1780272000000', 422],
    // In seconds instead of ms, which would be some day of January 1970.
    ['"from":1780185600,"to":1780272000', 400],
    // After 2038, where TIMESTAMP ends.
    ['"from":4102444800000,"to":4102448400000', 200],
  ])('answers the range %s as it must (E71, E72, E73)', async (times, status) => {
    for (const kind of ['summary', 'timeseries', 'heatmap']) {
      const body = `{"queries":[{"refId":"A",${times},"query":{"kind":"${kind}","metrics":["requests"]}}]}`;
      expect(await statusOf(body), kind).toBe(status);
    }
    const calls = `{"queries":[{"refId":"A",${times},"query":{"kind":"calls"}}]}`;
    expect(await statusOf(calls), 'calls').toBe(status);
  });

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    '1e3',
    '-1',
    '1.5',
    '0x10',
    '',
    ' ',
    '8640000000000001',
    '99999999999999999',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:01Z',
    'now',
    'now-24h',
    '１７８０',
    '+275760-09-13T00:00:00.001Z',
    '-271821-04-19T00:00:00Z',
    '0000-00-00T00:00:00Z',
    "2026-01-01T00:00:00Z'--",
  ])('takes %j for no time, in any GET route (E72)', async (time) => {
    for (const path of [
      '/metrics/summary?metrics=requests',
      '/metrics/timeseries?metrics=requests',
      '/calls',
      '/dimensions/provider/values',
    ]) {
      expect((await get(path, ['from', time], ['to', '1780272000000'])).status, path).toBe(400);
    }
  });

  it.each(['0001-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '-000001-01-01T00:00:00Z'])(
    'answers %s, long ago, by 400 or 422 (E72)',
    async (time) => {
      for (const path of [
        '/metrics/summary?metrics=requests',
        '/metrics/timeseries?metrics=requests',
        '/calls',
        '/dimensions/provider/values',
      ]) {
        expect((await get(path, ['from', time], ['to', '1780272000000'])).status, path).toBeOneOf([400, 422]);
      }
    }
  );

  it.each<[string, unknown, number]>([
    ['intervalMs', 0, 400],
    ['intervalMs', -1, 400],
    ['intervalMs', 0.5, 400],
    ['intervalMs', '60000', 400],
    ['intervalMs', null, 400],
    ['intervalMs', 2 ** 53 + 2, 400],
    ['intervalMs', 1, 200],
    ['intervalMs', 2 ** 31, 200],
    ['maxDataPoints', 0, 400],
    ['maxDataPoints', -1, 400],
    ['maxDataPoints', 1.5, 400],
    ['maxDataPoints', '100', 400],
    ['maxDataPoints', [100], 400],
    ['maxDataPoints', 2 ** 53 + 2, 400],
    ['maxDataPoints', 1e9, 200],
    ['maxDataPoints', 2 ** 31, 200],
  ])('answers %s %j as it must (E74, E75)', async (name, value, status) => {
    expect(await statusOf(batch({ metrics: ['requests'] }, { [name]: value }))).toBe(status);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['an interval that makes too many points', { interval: '1m' }, 422],
    ['no metric', { metrics: [] }, 400],
    ['a metric that is a list', { metrics: [['requests']] }, 400],
    ['a limit of 0', { kind: 'summary', limit: 0 }, 400],
    ['a negative limit', { kind: 'summary', limit: -1 }, 400],
    ['a limit of half', { kind: 'summary', limit: 0.5 }, 400],
    ['a limit in text', { kind: 'summary', limit: '1' }, 400],
    ['a top of 101', { groupBy: ['provider'], top: { limit: 101, by: 'requests' } }, 400],
    [
      '21 filters',
      { filters: Array.from({ length: 21 }, () => ({ key: 'provider', operator: '=', values: ['a'] })) },
      422,
    ],
    [
      '101 values',
      { filters: [{ key: 'provider', operator: 'in', values: Array.from({ length: 101 }, String) }] },
      422,
    ],
    [
      '10,000 values',
      { filters: [{ key: 'provider', operator: 'in', values: Array.from({ length: 10_000 }, String) }] },
      422,
    ],
    ['a list without a value', { filters: [{ key: 'provider', operator: 'in', values: [] }] }, 400],
    ['an object as a value', { filters: [{ key: 'provider', operator: '=', values: [{ a: 1 }] }] }, 400],
    ['a list as a value', { filters: [{ key: 'provider', operator: '=', values: [['a']] }] }, 400],
    ['null as a value', { filters: [{ key: 'provider', operator: '=', values: [null] }] }, 400],
    ['half a character', { filters: [{ key: 'provider', operator: '=', values: ['\ud800'] }] }, 400],
    ['half a character as a legend', { legend: '\udc00' }, 400],
    ['a number that is no number', { filters: [{ key: 'cost', operator: '>', values: ['NaN'] }] }, 400],
    ['a number beyond float64', { filters: [{ key: 'cost', operator: '>', values: ['1e999'] }] }, 400],
    [
      'the largest number',
      { kind: 'summary', filters: [{ key: 'cost', operator: '<', values: [1.7976931348623157e308] }] },
      200,
    ],
    ['the smallest number', { kind: 'summary', filters: [{ key: 'cost', operator: '>', values: [5e-324] }] }, 200],
    [
      'more tokens than a column holds',
      { kind: 'summary', filters: [{ key: 'total_tokens', operator: '<', values: [2 ** 63] }] },
      200,
    ],
    ['a negative zero', { kind: 'summary', filters: [{ key: 'total_time', operator: '=', values: [-0] }] }, 200],
    ['a threshold of nothing', { metrics: ['slow_ratio'], parameters: { slowMs: 0 } }, 400],
    ['a threshold beyond all', { kind: 'summary', metrics: ['slow_ratio'], parameters: { slowMs: 1e308 } }, 200],
    ['a threshold below all', { kind: 'summary', metrics: ['slow_ratio'], parameters: { slowMs: 5e-324 } }, 200],
    ['a budget beyond all', { kind: 'summary', metrics: ['budget_used'], parameters: { budget: 1e308 } }, 200],
    [
      'a budget next to nothing',
      { kind: 'summary', metrics: ['budget_used', 'budget_burn_rate'], parameters: { budget: 5e-324 } },
      200,
    ],
  ])('answers %s as it must (E74, E75, E76, E78, E80)', async (_, query, status) => {
    const long = 'interval' in query ? { from: window.to - 399 * 86_400_000 } : {};
    expect(await statusOf(batch({ metrics: ['requests'], ...query }, long))).toBe(status);
  });

  it('says nothing of the database in any refusal', async () => {
    const bodies = await Promise.all(
      texts.map((text) =>
        postText(batch({ metrics: ['requests'], filters: [{ key: 'cost', operator: '>', values: [text] }] }))
      )
    );
    for (const { body } of bodies) {
      expect(JSON.stringify(body)).not.toMatch(/select |from `|ER_|SQLITE|errno|\.ts:\d/);
    }
  });
});
