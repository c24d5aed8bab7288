import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

// The proxy's clock stands at 2026-06-01 00:00 in UTC.
let bench: ProxyBench;
let token: string;

beforeAll(async () => {
  bench = await openProxyBench('sqlite');
  await bench.addUser({ login_name: 'admin' });
  token = await bench.signIn('admin');
  await bench.dependencies.metricsDatabase.kysely
    .insertInto('ai_metrics')
    .values([
      { provider: '=cmd|calc', model_name: 'a,"b"', start_time: '2026-05-31 12:00:00.000', cost: '-0.25' },
      { provider: '@sum', model_name: null, start_time: '2026-05-31 12:10:00.000', cost: null },
      { provider: 'plain', model_name: '模', start_time: '2026-05-31 13:00:00.000', cost: '0.000001' },
    ])
    .execute();
});
afterAll(() => bench.close());

async function get(path: string, accept?: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, ...(accept === undefined ? {} : { Accept: accept }) };
  return bench.app.request(`/api/v1/metrics/${path}`, { headers });
}

const summary = 'summary?metrics=requests,cost&groupBy=provider,model_name';

describe('GET /metrics/summary as CSV', () => {
  it('guards text that a spreadsheet would run, quotes, and leaves null empty', async () => {
    const response = await get(`${summary}&format=csv`);
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="ai-metrics-summary.csv"');
    expect((await response.text()).split('\r\n')).toEqual([
      'provider,model_name,requests,cost',
      `'=cmd|calc,"a,""b""",1,-0.25`,
      `'@sum,(none),1,`,
      'plain,模,1,0.000001',
      '',
    ]);
  });

  it('has the header alone where nothing was found', async () => {
    const response = await get(`${summary}&format=csv&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`);
    expect(await response.text()).toBe('provider,model_name,requests,cost\r\n');
  });

  it.each([
    ['text/csv', '', 'text/csv; charset=utf-8'],
    ['application/json, text/csv;q=0.5', '', 'application/json'],
    ['*/*', '', 'application/json'],
    ['text/csv', '&format=json', 'application/json'],
  ])('answers Accept: %s with "%s" as %s', async (accept, format, expected) => {
    const response = await get(summary + format, accept);
    expect(response.headers.get('Content-Type')).toBe(expected);
  });

  it('says in JSON what is wrong with a question', async () => {
    const unknown = await get(`${summary}&format=xml`);
    expect([unknown.status, await unknown.json()]).toMatchObject([
      400,
      { error: { code: 'invalid_request', message: 'format: must be one of json, csv' } },
    ]);
    expect((await get('summary?metrics=cots', 'text/csv')).status).toBe(400);
  });
});

describe('GET /metrics/timeseries as CSV', () => {
  it('has the numbers and times of the JSON', async () => {
    const question = 'timeseries?metrics=cost,requests&interval=1h';
    const lines = (await (await get(question, 'text/csv')).text()).trimEnd().split('\r\n');
    expect(lines).toEqual([
      'time,cost,requests',
      '2026-05-31T12:00:00.000Z,-0.25,2',
      '2026-05-31T13:00:00.000Z,0.000001,1',
    ]);
    const { data } = (await (await get(question)).json()) as { data: Record<string, unknown>[] };
    expect(data.map((row) => Object.values(row).join(','))).toEqual(lines.slice(1));
  });
});
