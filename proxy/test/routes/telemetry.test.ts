import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { telemetryRoutes } from '../../src/routes/telemetry.ts';
import { getAs, openProxyBench, postLogin, type ProxyBench, testPassword } from '../support/proxy-bench.ts';
import { readSamples } from '../support/samples.ts';

let bench: ProxyBench;

beforeEach(async () => {
  bench = await openProxyBench('sqlite', { USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES: '3' });
  await bench.addUser({ login_name: 'admin' });
});
afterEach(() => bench.close());

/** Whatever has such a name, by its labels. */
async function valuesOf(name: string): Promise<Record<string, number>> {
  const samples = await readSamples(bench.dependencies.telemetry);
  return Object.fromEntries(
    [...samples].filter(([key]) => key.startsWith(`${name}{`)).map(([key, value]) => [key.slice(name.length), value])
  );
}

const requests = 'aitoys_http_request_duration_seconds';
const queries = 'aitoys_query_duration_seconds';

describe('requestMetrics', () => {
  it('counts requests by method, route and status', async () => {
    const token = await bench.signIn('admin');
    await getAs(bench.app, token, '/api/v1/dimensions/provider/values');
    await getAs(bench.app, token, '/api/v1/dimensions/model_name/values');
    await getAs(bench.app, token, '/admin/user/info');
    await bench.app.request('/api/v1/user/info');
    await bench.app.request('/health', { method: 'HEAD' });
    expect(await valuesOf(`${requests}_count`)).toEqual({
      '{method="POST",route="/api/v1/login",status="200"}': 1,
      '{method="GET",route="/api/v1/dimensions/:name/values",status="200"}': 2,
      '{method="GET",route="/admin/user/info",status="200"}': 1,
      '{method="GET",route="/api/v1/user/info",status="401"}': 1,
      '{method="HEAD",route="/health",status="200"}': 1,
    });
  });

  it('makes no label of a path, a query or a method that someone sends', async () => {
    for (const path of ['/typed-1', '/api/v1/typed-2?typed=3', '/%22%7Dtyped', '/api/v1/login/typed', '//typed']) {
      await bench.app.request(`http://localhost${path}`);
    }
    for (const method of ['PROPFIND', 'TYPED', 'typed', 'DELETE']) {
      await bench.app.request('/api/v1/login', { method });
    }
    expect(await valuesOf(`${requests}_count`)).toEqual({
      '{method="GET",route="(unknown)",status="404"}': 5,
      '{method="(unknown)",route="(unknown)",status="405"}': 3,
      '{method="DELETE",route="(unknown)",status="405"}': 1,
    });
  });

  it('measures in seconds', async () => {
    await bench.app.request('/health');
    const labels = 'method="GET",route="/health",status="200"';
    const samples = await readSamples(bench.dependencies.telemetry);
    expect(samples.get(`${requests}_sum{${labels}}`)).toBeGreaterThan(0);
    expect(samples.get(`${requests}_bucket{le="10",${labels}}`)).toBe(1);
  });
});

describe('countSignIns', () => {
  it('counts attempts by outcome, and no request that is malformed', async () => {
    expect(await valuesOf('aitoys_sign_ins_total')).toEqual({
      '{outcome="signed_in"}': 0,
      '{outcome="refused"}': 0,
      '{outcome="forbidden"}': 0,
      '{outcome="limited"}': 0,
      '{outcome="failed"}': 0,
    });
    await bench.addUser({ login_name: 'normal', user_type: 0 });
    await bench.signIn('admin');
    await bench.signIn('admin', 'grafana');
    await postLogin(bench.app, { login_name: 'normal', password: testPassword });
    for (const password of ['1', '2', '3', '4', '5']) {
      await postLogin(bench.app, { login_name: 'nobody', password }, '/admin/login');
    }
    await postLogin(bench.app, { login_name: 'nobody' });
    await postLogin(bench.app, '{');
    await bench.app.request('/api/v1/login');
    await bench.dependencies.stateDatabase.kysely.schema.dropTable('aitoys_sign_in_attempts').execute();
    await postLogin(bench.app, { login_name: 'admin', password: testPassword });
    expect(await valuesOf('aitoys_sign_ins_total')).toEqual({
      '{outcome="signed_in"}': 2,
      '{outcome="refused"}': 3,
      '{outcome="forbidden"}': 1,
      '{outcome="limited"}': 2,
      '{outcome="failed"}': 1,
    });
  });
});

describe('recordOutcome', () => {
  it('counts questions by kind and outcome, each of a batch', async () => {
    const token = await bench.signIn('admin');
    const window = { from: Date.UTC(2026, 4, 31), to: Date.UTC(2026, 5, 1) };
    const asked = [
      { kind: 'summary', metrics: ['cost'] },
      { metrics: ['cost'] },
      { kind: 'timeseries', metrics: ['typed'] },
      { kind: 'heatmap', metrics: ['tokens'] },
      { kind: 'events', metrics: ['new_model'] },
      { kind: 'typed' },
    ];
    await bench.app.request('/api/v1/query', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ queries: asked.map((query, index) => ({ refId: String(index), ...window, query })) }),
    });
    await getAs(bench.app, token, '/api/v1/metrics/summary?metrics=cost');
    await getAs(bench.app, token, '/api/v1/calls');
    await getAs(bench.app, token, '/api/v1/dimensions/typed/values');
    expect(await valuesOf(`${queries}_count`)).toEqual({
      '{kind="summary",outcome="ok"}': 2,
      '{kind="timeseries",outcome="ok"}': 1,
      '{kind="timeseries",outcome="invalid_request"}': 1,
      '{kind="heatmap",outcome="invalid_request"}': 1,
      '{kind="events",outcome="ok"}': 1,
      '{kind="(unknown)",outcome="invalid_request"}': 1,
      '{kind="calls",outcome="ok"}': 1,
      '{kind="dimension_values",outcome="not_found"}': 1,
    });
  });
});

describe('GET /metrics', () => {
  it('answers the exposition format without sign-in, with the version, and to HEAD without a body', async () => {
    const app = telemetryRoutes(bench.dependencies.telemetry);
    const response = await app.request('/metrics');
    expect([response.status, response.headers.get('Content-Type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await response.text();
    expect(text).toContain('# TYPE aitoys_http_request_duration_seconds histogram\n');
    expect(text).toContain('\naitoys_build_info{version="1.2.3"} 1\n');
    const head = await app.request('/metrics', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it.each(['/', '/metrics/', '/health', '/api/v1/login', '/METRICS'])('answers 404 at %s', async (path) => {
    expect((await telemetryRoutes(bench.dependencies.telemetry).request(path)).status).toBe(404);
  });

  it('is not there on the port of the API', async () => {
    expect((await bench.app.request('/metrics')).status).toBe(404);
  });

  it('holds nothing that was typed: no names, passwords, tokens or filters', async () => {
    const token = await bench.signIn('admin');
    await postLogin(bench.app, { login_name: 'typed-name', password: 'typed-password' });
    await getAs(bench.app, token, '/api/v1/metrics/summary?metrics=cost&filter=provider:%3D:typed-value');
    await getAs(bench.app, token, `/api/v1/${token}?access_token=${token}`, { 'X-Request-Id': 'typed-id' });
    const text = await bench.dependencies.telemetry.registry.metrics();
    expect(text).not.toContain('typed');
    expect(text).not.toContain('admin');
    expect(text).not.toContain(token.slice(-43));
  });
});
