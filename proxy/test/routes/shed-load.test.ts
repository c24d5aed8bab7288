import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { getAs, openProxyBench, postLogin, type ProxyBench, testPassword } from '../support/proxy-bench.ts';
import { readSamples } from '../support/samples.ts';

let bench: ProxyBench;
let lagMs: number;

beforeEach(async () => {
  bench = await openProxyBench('sqlite');
  bench.app = createApp({ ...bench.dependencies, eventLoopLagMs: () => lagMs });
  await bench.addUser({ login_name: 'admin' });
});
afterEach(() => bench.close());

const shedRequests = async () => (await readSamples(bench.dependencies.telemetry)).get('aitoys_requests_shed_total');
const questions = [
  'metrics/summary?metrics=cost',
  'metrics/timeseries?metrics=cost',
  'calls',
  'dimensions/provider/values',
];

describe('shedLoad', () => {
  it('refuses questions at once while the event loop is too late, and no longer (H108)', async () => {
    lagMs = 200;
    const token = await bench.signIn('admin');
    const ask = async () => {
      const answers: Response[] = [];
      for (const path of questions.flatMap((question) => [`/api/v1/${question}`, `/admin/${question}`])) {
        answers.push(await getAs(bench.app, token, path));
      }
      const queries = [{ refId: 'A', from: 0, to: 1000, query: { kind: 'summary', metrics: ['cost'] } }];
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify({ queries }) };
      answers.push(await bench.app.request('/api/v1/query', init), await bench.app.request('/admin/query', init));
      return answers;
    };
    expect((await ask()).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await shedRequests()).toBe(0);
    lagMs = 201;
    const refused = await ask();
    for (const answer of refused) {
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5']);
      expect(await answer.json()).toEqual({
        error: {
          code: 'unavailable',
          message: 'The proxy has more to do than it can: ask again in a few seconds',
          request_id: answer.headers.get('X-Request-Id'),
        },
      });
    }
    expect(await shedRequests()).toBe(10);
    lagMs = 0;
    expect((await ask()).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await shedRequests()).toBe(10);
  });

  it('lets everything else go on (H108)', async () => {
    lagMs = 60_000;
    const response = await postLogin(bench.app, { login_name: 'admin', password: testPassword });
    const { data } = (await response.json()) as { data: { token: string } };
    const statuses: Record<string, number> = {};
    for (const path of ['/health', '/ready', '/admin/', '/api/v1/user/info', '/api/v1/catalog']) {
      statuses[path] = (await getAs(bench.app, data.token, path)).status;
    }
    const headers = { Authorization: `Bearer ${data.token}` };
    statuses['/api/v1/logout'] = (await bench.app.request('/api/v1/logout', { method: 'POST', headers })).status;
    expect(statuses).toEqual({
      '/health': 200,
      '/ready': 200,
      '/admin/': 200,
      '/api/v1/user/info': 200,
      '/api/v1/catalog': 200,
      '/api/v1/logout': 204,
    });
  });

  it('tells nobody more about paths and methods than without it', async () => {
    lagMs = 60_000;
    const statuses = [];
    for (const [method, path] of [
      ['GET', '/api/v1/query'],
      ['POST', '/api/v1/calls'],
      ['GET', '/api/v1/metrics/typed'],
      ['GET', '/api/v1/calls/typed'],
    ]) {
      statuses.push((await bench.app.request(path ?? '', { method: method ?? '' })).status);
    }
    expect(statuses).toEqual([405, 405, 404, 404]);
  });
});
