import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mounts } from '../../src/app.ts';
import type { NewCall } from '../../src/database/insert-calls.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { getAs, openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

interface Page {
  data: Record<string, unknown>[];
  meta: { next_cursor: string | null } & Record<string, unknown>;
}

// The proxy's clock stands at 2026-06-01 00:00 in UTC.
const full: NewCall = {
  monitor_id: 'job',
  provider: 'openai',
  model_name: 'gpt-4',
  start_time: '2026-05-31 12:00:00.250',
  end_time: '2026-05-31 12:00:01.500',
  total_time: 1250,
  cost: '0.125',
  total_tokens: 30,
  prompt_tokens: 20,
  completion_tokens: 10,
};
const empty = { provider: null, model_name: null };

async function openBench(engine: Parameters<typeof openProxyBench>[0], calls: NewCall[]) {
  const bench = await openProxyBench(engine);
  await bench.addUser({ login_name: 'admin' });
  await bench.dependencies.metricsDatabase.kysely.insertInto('ai_metrics').values(calls).execute();
  return { bench, token: await bench.signIn('admin') };
}

describe('GET /calls', () => {
  let bench: ProxyBench;
  let token: string;

  beforeAll(async () => {
    ({ bench, token } = await openBench('sqlite', [
      full,
      { ...empty, start_time: '2026-05-31 13:00:00.000', end_time: null },
      {
        ...full,
        provider: '=cmd|calc',
        model_name: '@sum',
        monitor_id: 'a,"b"',
        start_time: '2026-05-31 11:00:00.000',
      },
      { ...full, provider: 'old', start_time: '2026-05-30 23:59:59.999' },
    ]));
  });
  afterAll(() => bench.close());

  const get = (query: string, mount = '/api/v1', headers: Record<string, string> = {}) =>
    getAs(bench.app, token, `${mount}/calls${query}`, headers);
  const page = async (query: string) => (await (await get(query)).json()) as Page;
  const ids = ({ data }: Page) => data.map(({ id }) => id);
  const refusal = async (query: string) => {
    const response = await get(query);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return `${String(response.status)} ${error.code}: ${error.message}`;
  };

  it.each(mounts)('answers at %s the calls of the last 24 hours, the newest first', async (mount) => {
    const response = await get('?limit=2', mount);
    expect(response.status).toBe(200);
    const body = (await response.json()) as Page;
    expect(body).toEqual({
      data: [
        {
          id: '2',
          start_time: '2026-05-31T13:00:00.000Z',
          end_time: null,
          monitor_id: null,
          provider: null,
          model_name: null,
          total_time: null,
          cost: null,
          total_tokens: null,
          prompt_tokens: null,
          completion_tokens: null,
        },
        {
          id: '1',
          start_time: '2026-05-31T12:00:00.250Z',
          end_time: '2026-05-31T12:00:01.500Z',
          monitor_id: 'job',
          provider: 'openai',
          model_name: 'gpt-4',
          total_time: 1250,
          cost: 0.125,
          total_tokens: 30,
          prompt_tokens: 20,
          completion_tokens: 10,
        },
      ],
      meta: {
        request_id: expect.any(String) as string,
        columns: [
          { name: 'start_time', label: 'Start', type: 'time' },
          { name: 'provider', label: 'Provider', type: 'text' },
          { name: 'model_name', label: 'Model', type: 'text' },
          { name: 'total_time', label: 'Duration', type: 'number', unit: 'ms' },
          { name: 'cost', label: 'Cost', type: 'number', unit: 'currencyUSD' },
          { name: 'total_tokens', label: 'Tokens', type: 'number', unit: 'none' },
          { name: 'prompt_tokens', label: 'Prompt tokens', type: 'number', unit: 'none' },
          { name: 'completion_tokens', label: 'Completion tokens', type: 'number', unit: 'none' },
          { name: 'monitor_id', label: 'Monitor', type: 'text' },
          { name: 'end_time', label: 'End', type: 'time' },
          { name: 'id', label: 'Id', type: 'text' },
        ],
        notices: [{ severity: 'info', text: 'There are more calls than the 2 of this page.' }],
        query: {
          kind: 'calls',
          filters: [],
          from: '2026-05-31T00:00:00.000Z',
          to: '2026-06-01T00:00:00.000Z',
          order: { by: 'start_time', direction: 'desc' },
          limit: 2,
          segments: [{ source: 'raw', from: '2026-05-31 00:00:00.000', to: '2026-06-01 00:00:00.000' }],
        },
        next_cursor: expect.any(String) as string,
      },
    });
  });

  it('goes on in the same 24 hours, whatever time it has become', async () => {
    const first = await page('?limit=2');
    bench.advance(3_600_000);
    const second = await page(`?limit=2&cursor=${String(first.meta.next_cursor)}`);
    bench.advance(-3_600_000);
    expect([ids(second), second.meta.next_cursor, second.meta['notices']]).toEqual([['3'], null, []]);
    expect(second.meta['query']).toMatchObject({ from: '2026-05-31T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z' });
  });

  it('names the address of the next page', async () => {
    const query = '?limit=1&order=cost:asc&filter=provider:in:openai%7C%3Dcmd%5C%7Ccalc&format=csv';
    const met: string[] = [];
    let address: string | undefined = `/admin/calls${query}`;
    while (address !== undefined) {
      const response: Response = await getAs(bench.app, token, address);
      met.push((await response.text()).split('\r\n')[1]?.split(',').at(-1) ?? '');
      address = /^<(.*)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1];
    }
    expect(met).toEqual(['1', '3']);
    expect((await get('?limit=3')).headers.get('Link')).toBeNull();
  });

  it.each([
    ['?format=csv', {}],
    ['', { Accept: 'text/csv' }],
  ])('answers CSV that no spreadsheet runs, with nothing for null: %s %j', async (query, headers) => {
    const response = await get(query, '/api/v1', headers);
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="ai-metrics-calls.csv"');
    expect((await response.text()).split('\r\n')).toEqual([
      'start_time,provider,model_name,total_time,cost,total_tokens,prompt_tokens,completion_tokens,monitor_id,end_time,id',
      '2026-05-31T13:00:00.000Z,,,,,,,,,,2',
      '2026-05-31T12:00:00.250Z,openai,gpt-4,1250,0.125,30,20,10,job,2026-05-31T12:00:01.500Z,1',
      `2026-05-31T11:00:00.000Z,'=cmd|calc,'@sum,1250,0.125,30,20,10,"a,""b""",2026-05-31T12:00:01.500Z,3`,
      '',
    ]);
  });

  it.each([
    ['?kind=summary', /^400 invalid_request: kind: is not a parameter; allowed: from, to, filter, order, /],
    ['?metrics=cost', /^400 invalid_request: metrics: is not a parameter; /],
    ['?offset=5', /^400 invalid_request: offset: is not a parameter; /],
    [
      '?order=id',
      /^400 invalid_request: order\.by: "id" is unknown; allowed: start_time, total_time, cost, total_tokens$/,
    ],
    ['?order=cost;drop', /^400 invalid_request: order\.by: "cost;drop" is unknown; /],
    ['?order=cost:sideways', /^400 invalid_request: order\.direction: must be one of asc, desc, not "sideways"$/],
    ['?order=', /^400 invalid_request: order\.by: "" is unknown; /],
    ['?limit=0', /^400 invalid_request: limit: /],
    ['?limit=-1', /^400 invalid_request: limit: must be a whole number$/],
    ['?limit=1e3', /^400 invalid_request: limit: must be a whole number$/],
    ['?limit=1001', /^422 query_too_large: limit: at most 1000 calls a page$/],
    ['?limit=2147483648', /^422 query_too_large: limit: /],
    ['?limit=9007199254740993', /^422 query_too_large: limit: /],
    ['?from=5&to=5', /^400 invalid_request: to: must be later than from$/],
    ['?from=NaN', /^400 invalid_request: from: must be ms since 1970 or ISO 8601/],
    ['?from=1780185600&to=1780272000', /^400 invalid_request: from, to: .* look like seconds$/],
    ['?from=0', /^422 query_too_large: The time range is longer than 400 days/],
    ['?filter=id:=:1', /^400 invalid_request: filters\[0\]\.key: "id" is unknown; /],
    ['?filter=cost:in:1', /^400 invalid_request: filters\[0\]\.operator: /],
    [`?${'filter=provider:=:a&'.repeat(21)}`, /^422 query_too_large: filters: at most 20 filters$/],
    [`?filter=provider:in:${'a%7C'.repeat(101)}`, /^422 query_too_large: filters\[0\]\.values: at most 100 values$/],
    ['?filter=provider:=:$provider', /^400 invalid_request: The template variable \$provider has no value here/],
    ['?cursor=', /^400 invalid_request: cursor: is not one that this query got: leave it out to start anew$/],
    ['?cursor=abc', /^400 invalid_request: cursor: is not one that this query got/],
    [`?cursor=${'a'.repeat(1025)}`, /^400 invalid_request: cursor: /],
    ['?cursor=a&cursor=b', /^400 invalid_request: cursor: is given more than once$/],
    ['?format=xml', /^400 invalid_request: format: must be one of json, csv$/],
  ])('refuses %s', async (query, expected) => {
    expect(await refusal(query)).toMatch(expected);
  });

  it('refuses a cursor of another query, changed or cut (E82)', async () => {
    const cursor = String((await page('?limit=1&order=cost')).meta.next_cursor);
    const refused = '400 invalid_request: cursor: is not one that this query got: leave it out to start anew';
    for (const query of [
      `?cursor=${cursor}`,
      `?order=cost:asc&cursor=${cursor}`,
      `?order=cost&filter=provider:=:openai&cursor=${cursor}`,
      `?order=cost&cursor=${cursor.slice(0, -1)}`,
      `?order=cost&cursor=${cursor.slice(1)}`,
      `?order=cost&cursor=${cursor}A`,
      `?order=cost&cursor=${token}`,
    ]) {
      expect(await refusal(query), query).toBe(refused);
    }
    expect(await refusal(`?order=cost&from=1780185600000&to=1780270000000&cursor=${cursor}`)).toBe(
      '400 invalid_request: from, to: are not those that the cursor began with: leave them out beside a cursor'
    );
    expect((await page(`?order=cost&from=1780185600000&to=1780272000000&cursor=${cursor}`)).data).toHaveLength(2);
  });
});

describe('POST /query about calls', () => {
  let bench: ProxyBench;
  let token: string;

  beforeAll(async () => {
    ({ bench, token } = await openBench('sqlite', [full, { ...full, start_time: '2026-05-31 12:30:00.000' }]));
  });
  afterAll(() => bench.close());

  const window = { from: Date.parse('2026-05-31T12:00Z'), to: Date.parse('2026-05-31T13:00Z') };
  const ask = async (query: Record<string, unknown>, source = 'panel') => {
    const response = await bench.app.request('/api/v1/query', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ queries: [{ refId: 'A', ...window, query }], context: { source } }),
    });
    return ((await response.json()) as { results: { A: Record<string, unknown> } }).results.A;
  };

  const frameOf = (answer: Record<string, unknown>) => {
    const [frame] = answer['frames'] as {
      schema: { meta: { custom?: { nextCursor: string } } };
      data: { values: unknown[][] };
    }[];
    return { first: frame?.data.values.map(([value]) => value), cursor: frame?.schema.meta.custom?.nextCursor };
  };

  it('gives the rows that GET /calls gives, and its cursor', async () => {
    const { first, cursor = '' } = frameOf(await ask({ kind: 'calls', limit: 1 }));
    const [start, end] = [Date.parse('2026-05-31T12:30Z'), Date.parse('2026-05-31T12:00:01.5Z')];
    expect(first).toEqual([start, 'openai', 'gpt-4', 1250, 0.125, 30, 20, 10, 'job', end, '2']);
    const second = frameOf(await ask({ kind: 'calls', cursor }));
    expect([second.first?.at(-1), second.cursor]).toEqual(['1', undefined]);
    const range = `from=${String(window.from)}&to=${String(window.to)}`;
    const response = await getAs(bench.app, token, `/api/v1/calls?${range}&cursor=${cursor}`);
    expect(((await response.json()) as Page).data.map(({ id }) => id)).toEqual(['1']);
  });

  it('refuses an alert rule, and says why', async () => {
    expect(await ask({ kind: 'calls' }, 'alert')).toEqual({
      error: 'kind: an alert rule needs numbers, and calls are none: ask for a summary or time series',
      status: 400,
      errorSource: 'downstream',
    });
  });
});

describeOnEngines('GET /calls with hostile filters', (engine) => {
  const texts = [
    "' OR 1=1 --",
    "\\' OR 1=1 -- ",
    '%',
    '_',
    '\\',
    'nul\0',
    '/*!50000 */',
    '縗\\',
    ';SELECT SLEEP(9)',
    '`id`',
    '😀',
    '${jndi:x',
  ];
  let bench: ProxyBench;
  let token: string;

  beforeAll(async () => {
    ({ bench, token } = await openBench(
      engine,
      texts.map((text) => ({ ...full, provider: text, model_name: text, monitor_id: text }))
    ));
  });
  afterAll(() => bench.close());

  it.each(texts)('takes "%s" for what it is, from page to page (E77)', async (text) => {
    const value = text.replace(/[|\\]/g, String.raw`\$&`);
    for (const key of ['provider', 'model_name', 'monitor_id']) {
      const query = new URLSearchParams([
        ['filter', `${key}:=:${value}`],
        ['order', 'cost'],
        ['limit', '1'],
      ]);
      const response = await getAs(bench.app, token, `/api/v1/calls?${query.toString()}`);
      const { data, meta } = (await response.json()) as Page;
      expect([response.status, data.map((call) => call[key]), meta.next_cursor]).toEqual([200, [text], null]);
    }
  });
});
