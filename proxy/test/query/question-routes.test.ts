import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAs, openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

// The proxy's clock stands at 2026-06-01 00:00 in UTC.
let bench: ProxyBench;
let token: string;

beforeAll(async () => {
  bench = await openProxyBench('sqlite');
  await bench.addUser({ login_name: 'admin' });
  token = await bench.signIn('admin');
  const call = { total_time: 100, cost: '0.1', total_tokens: 10, prompt_tokens: 6, completion_tokens: 4 };
  await bench.dependencies.metricsDatabase.kysely
    .insertInto('ai_metrics')
    .values([
      { ...call, provider: 'a', model_name: 'm|1', start_time: '2026-05-31 12:00:00.000' },
      { ...call, provider: 'a', model_name: 'm2', start_time: '2026-05-31 12:30:00.000', cost: '0.2' },
      { ...call, provider: 'b', model_name: 'm2', start_time: '2026-05-31 13:00:00.000', cost: null },
      { ...call, provider: 'old', model_name: 'm2', start_time: '2026-05-30 23:59:59.999' },
    ])
    .execute();
});
afterAll(() => bench.close());

async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await getAs(bench.app, token, path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function post(body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await bench.app.request('/api/v1/query', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => {
  const { code, message } = (body['error'] ?? {}) as { code?: string; message?: string };
  return `${String(status)} ${String(code)}: ${String(message)}`;
};

describe.each(['/api/v1', '/admin'])('GET %s/metrics/summary', (mount) => {
  it('answers about the last 24 hours, with columns, notices and the question as it was understood', async () => {
    const { status, body } = await get(`${mount}/metrics/summary?metrics=requests,cost&groupBy=provider`);
    expect(status).toBe(200);
    expect(body).toEqual({
      data: [
        { provider: 'a', requests: 2, cost: 0.3 },
        { provider: 'b', requests: 1, cost: null },
      ],
      meta: {
        request_id: expect.any(String) as string,
        columns: [
          { name: 'provider', label: 'Provider', type: 'text' },
          { name: 'requests', label: 'Requests', type: 'number', unit: 'short' },
          { name: 'cost', label: 'Cost', type: 'number', unit: 'currencyUSD' },
        ],
        notices: [{ severity: 'info', text: 'Cost: 1 call without a value left out.' }],
        query: {
          kind: 'summary',
          metrics: ['requests', 'cost'],
          groupBy: ['provider'],
          filters: [],
          from: '2026-05-31T00:00:00.000Z',
          to: '2026-06-01T00:00:00.000Z',
          shape: 'table',
          fill: 'none',
          segments: [{ source: 'raw', from: '2026-05-31 00:00:00.000', to: '2026-06-01 00:00:00.000' }],
        },
      },
    });
  });

  it('keeps to filters', async () => {
    const filter = encodeURIComponent(String.raw`model_name:in:m\|1|m3`);
    const { body } = await get(`${mount}/metrics/summary?metrics=requests&filter=${filter}&filter=cost:%3C:0.15`);
    expect(body['data']).toEqual([{ requests: 1 }]);
  });
});

describe('GET /metrics/timeseries', () => {
  it('has a row for each bucket and group', async () => {
    const range = 'from=2026-05-31T12:00:00Z&to=1780235999999';
    const { body } = await get(`/api/v1/metrics/timeseries?metrics=requests&groupBy=provider&interval=1h&${range}`);
    expect(body['data']).toEqual([
      { time: '2026-05-31T12:00:00.000Z', provider: 'a', requests: 2 },
      { time: '2026-05-31T13:00:00.000Z', provider: 'b', requests: 1 },
    ]);
  });

  it.each([
    ['', '400 invalid_request: metrics: must name at least one metric'],
    ['metrics=cost&top=5', '400 invalid_request: top: must be written limit:by or limit:by:true|false, such as 5:cost'],
    ['metrics=cost&top=0:cost', /^400 invalid_request: top.limit: /],
    ['metrics=cost&compare=year', /^400 invalid_request: compare: /],
    ['metrics=cost&order=cost:up', /^400 invalid_request: order.direction: /],
    ['metrics=cost&limit=0', /^400 invalid_request: limit: /],
    ['metrics=cost&schemaVersion=2', /^400 invalid_request: schemaVersion: the query was saved by a newer plugin/],
    ['metrics=', '400 invalid_request: metrics: must name at least one metric'],
    ['metrics=first_seen', '400 invalid_request: metrics: "first_seen" has no kind timeseries; allowed: summary'],
    ['metrics=cost&kind=summary', /^400 invalid_request: kind: is not a parameter; allowed: /],
    ['metrics=cost&from=0', '422 query_too_large: The time range is longer than 400 days: choose a shorter one'],
    ['metrics=cost&from=2&to=1', '400 invalid_request: to: must be later than from'],
    [
      'metrics=cost&timezone=Mars',
      '400 invalid_request: timezone: must be an IANA time zone such as UTC or Europe/Berlin',
    ],
    ['metrics=cost&maxDataPoints=0', '400 invalid_request: maxDataPoints: must be a whole number of at least 1'],
    [
      'metrics=cost&filter=provider:=:$provider',
      /^400 invalid_request: The template variable \$provider has no value here/,
    ],
  ])('refuses "%s"', async (query, expected) => {
    const code = codeOf(await get(`/api/v1/metrics/timeseries?${query}`));
    expect(code).toEqual(typeof expected === 'string' ? expected : (expect.stringMatching(expected) as string));
  });
});

describe('GET /catalog', () => {
  it('is what can be asked for', async () => {
    const { status, body } = await get('/api/v1/catalog');
    expect(status).toBe(200);
    expect(body['data']).toMatchObject({ schemaVersion: 1, currency: 'USD', limits: { metrics: 10, series: 100 } });
  });
});

describe('GET /dimensions/:name/values', () => {
  it('lists the values of the last 24 hours', async () => {
    const { body } = await get('/api/v1/dimensions/provider/values');
    expect(body['data']).toEqual({ values: ['a', 'b'], truncated: false });
  });

  it('takes range, search, limit and filters', async () => {
    const { body } = await get(
      '/api/v1/dimensions/model_name/values?from=2026-05-30T00:00:00Z&search=m2&limit=1&filter=provider:in:old|b'
    );
    expect(body['data']).toEqual({ values: ['m2'], truncated: false });
  });

  it.each([
    ['model', '404 not_found: No dimension "model"; there are provider, model_name, monitor_id'],
    ['provider/values?x=1', '400 invalid_request: x: is not a parameter; allowed: from, to, search, limit, filter'],
    ['provider/values?limit=0', '400 invalid_request: limit: must be from 1 to 1000'],
    ['provider/values?limit=1001', '400 invalid_request: limit: must be from 1 to 1000'],
    [
      `provider/values?search=${'a'.repeat(257)}`,
      '400 invalid_request: search: must be text of at most 256 characters',
    ],
    [
      'provider/values?filter=provider',
      '400 invalid_request: filter: must be written key:operator:value, such as provider:=:openai',
    ],
  ])('refuses %s', async (path, expected) => {
    expect(codeOf(await get(`/api/v1/dimensions/${path.includes('/') ? path : `${path}/values`}`))).toBe(expected);
  });
});

describe('POST /query', () => {
  const window = { from: 1_780_228_800_000, to: 1_780_232_400_000 };
  const question = { refId: 'A', ...window, query: { metrics: ['requests'], interval: '1h' } };

  it.each([
    [{}, 'queries'],
    [{ queries: [{ ...question, refId: '' }] }, 'queries[0].refId'],
    [{ queries: [{ ...question, from: '0' }] }, 'queries[0].from'],
    [{ queries: [] }, 'queries: must have at least 1 entry, not 0'],
    [
      { queries: [{ ...question, hide: true }] },
      'queries[0].hide: is not a field; allowed: refId, from, to, intervalMs, maxDataPoints, query',
    ],
    [{ queries: [{ ...question, query: [] }] }, 'queries[0].query: must be an object, not []'],
    [{ queries: [{ ...question, query: null }] }, 'queries[0].query: must be an object, not null'],
    [{ queries: [question, question] }, 'queries: must not repeat a refId'],
    [{ queries: [question], context: { source: 'dashboard' } }, 'context.source'],
    [{ queries: [question], context: { source: 'panel', user: 'admin' } }, 'context.user'],
    [
      { queries: [question], context: { source: 'panel', timezone: 'Mars' } },
      'context.timezone: must be an IANA time zone',
    ],
    [{ queries: [question], more: 1 }, 'more: is not a field; allowed: queries, context'],
  ])('refuses a batch as a whole that is no batch, and names the field', async (body, field) => {
    const prefix = `400 invalid_request: ${field.includes(':') ? field : `${field}: `}`;
    expect(codeOf(await post(body)).slice(0, prefix.length)).toBe(prefix);
  });

  it('refuses more queries than the limit', async () => {
    const queries = Array.from({ length: 51 }, (_, index) => ({ ...question, refId: String(index) }));
    expect(codeOf(await post({ queries }))).toBe('422 query_too_large: queries: at most 50 in one batch');
  });

  it("reads days in the data source's zone unless the question has its own", async () => {
    const day = { metrics: ['requests'], interval: 'day' };
    const { body } = await post({
      queries: [
        { refId: 'A', ...window, query: day },
        { refId: 'B', ...window, query: { ...day, timezone: 'UTC' } },
      ],
      context: { source: 'panel', timezone: 'Asia/Kathmandu' },
    });
    const { results } = body as { results: Record<string, { frames: { data: { values: unknown[] } }[] }> };
    expect(['A', 'B'].map((refId) => results[refId]?.frames[0]?.data.values)).toEqual([
      [[Date.parse('2026-05-30T18:15Z')], [2]],
      [[Date.parse('2026-05-31T00:00Z')], [2]],
    ]);
  });

  it('wants one number per set of labels of the table that a rule asks for', async () => {
    const query = { kind: 'summary', metrics: ['requests', 'cost'] };
    const { body } = await post({ queries: [{ refId: 'A', ...window, query }], context: { source: 'alert' } });
    expect(body['results']).toEqual({
      A: {
        error:
          'shape: an alert rule needs one number per set of labels: ask for one metric, with compare also for one period, or set shape to "numbers"',
        status: 400,
        errorSource: 'downstream',
      },
    });
  });

  it('gives the same numbers as the routes for programs', async () => {
    const metrics = ['requests', 'cost', 'cost_per_request', 'latency_p95', 'cost_per_1k_tokens', 'output_speed'];
    const query = { kind: 'summary', metrics };
    const { body } = await post({ queries: [{ refId: 'A', ...window, query }] });
    const { results } = body as { results: Record<string, { frames: { data: { values: number[][] } }[] }> };
    const range = `from=${String(window.from)}&to=${String(window.to)}`;
    const summary = await get(`/api/v1/metrics/summary?metrics=${metrics.join(',')}&${range}`);
    const [row] = summary.body['data'] as Record<string, number>[];
    expect(results['A']?.frames[0]?.data.values.map(([value]) => value)).toEqual(metrics.map((name) => row?.[name]));
  });
});
