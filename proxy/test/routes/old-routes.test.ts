import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserHeaders } from '../support/browser-headers.ts';
import { openProxyBench, postLogin, type ProxyBench, testPassword } from '../support/proxy-bench.ts';

// What asked the old back end finds its routes at /admin, with their methods; the health check at the root.
describe('the routes of the old back end', () => {
  let bench: ProxyBench;
  let token: string;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite', { GRAFANA_ROOT_URL: 'http://localhost:3000/' });
    await bench.addUser({ login_name: 'admin' });
    token = await bench.signIn('admin');
  });
  afterAll(() => bench.close());

  it('POST /admin/login signs in', async () => {
    const response = await postLogin(bench.app, { login_name: 'admin', password: testPassword }, '/admin/login');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ data: { token_type: 'Bearer', user: { login_name: 'admin' } } });
  });

  it.each([
    ['GET', '/admin', 200],
    ['GET', '/admin/', 200],
    ['GET', '/admin/dashboard', 302],
    ['GET', '/admin/login', 302],
    ['GET', '/admin/user/info', 200],
    ['GET', '/admin/metrics/summary?metrics=requests', 200],
    ['GET', '/admin/metrics/timeseries?metrics=requests', 200],
    ['GET', '/admin/calls', 200],
    ['GET', '/health', 200],
    ['GET', '/ready', 200],
    ['GET', '/admin/nothing', 404],
    ['POST', '/admin/logout', 204],
  ])('%s %s answers programs and browsers with %i', async (method, path, status) => {
    for (const headers of [{}, browserHeaders]) {
      const response = await bench.app.request(path, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...headers },
      });
      expect(response.status).toBe(status);
    }
  });
});
