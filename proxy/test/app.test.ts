import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/app.ts';
import { getAs, openProxyBench, type ProxyBench } from './support/proxy-bench.ts';

describe('createApp', () => {
  let bench: ProxyBench;
  let token: string;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite', { GRAFANA_ROOT_URL: 'http://localhost:3000/' });
    await bench.addUser({ login_name: 'admin' });
    token = await bench.signIn('admin');
  });
  afterAll(() => bench.close());

  it('does not start without a session secret', () => {
    const { config } = bench.dependencies;
    expect(() => createApp({ ...bench.dependencies, config: { ...config, sessionSecrets: [] } })).toThrow('secret');
  });

  it('answers GET /user/info with the user, at both mounts', async () => {
    for (const path of ['/api/v1/user/info', '/admin/user/info']) {
      const response = await getAs(bench.app, token, path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        data: { id: '1', login_name: 'admin', user_name: 'Someone', user_type: 1, status: 1 },
        meta: { request_id: response.headers.get('X-Request-Id') },
      });
    }
  });

  it.each([
    '/api/v1//',
    '/api/v1/nothing',
    '/api/v2/user/info',
    '/api/v1/user/info/',
    '/api/v1//user/info',
    '//api/v1/user/info',
    '/API/V1/user/info',
    '/api/v1/user%2Finfo',
    '/api/v1/user/info;a=1',
    '/api/v1/user/info%00',
    '/admin/api/v1/user/info',
    '/admin/dashboard/',
    '/api/v1/dashboard',
    '/api/v1/ready',
    '/health/',
  ])('answers 404 to GET %s, with and without a token (G94)', async (path) => {
    for (const response of [
      await bench.app.request(`http://localhost${path}`),
      await getAs(bench.app, token, `http://localhost${path}`),
    ]) {
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({
        error: {
          code: 'not_found',
          message: 'There is nothing at this address',
          request_id: response.headers.get('X-Request-Id'),
        },
      });
    }
  });

  it.each(['/api/v1/%75ser/info', '/api/v1/login/../user/info', '/health/%2e%2e/api/v1/user/info'])(
    'decides about GET %s as about the address it stands for (G94)',
    async (path) => {
      expect((await bench.app.request(path)).status).toBe(401);
      expect((await getAs(bench.app, token, path)).status).toBe(200);
    }
  );

  it('answers 405 with Allow to a method that a route does not have, before sign-in (G96)', async () => {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'PROPFIND'];
    const endpoints = bench.app.routes.filter(({ method }) => method !== 'ALL');
    const allowed = new Map<string, Set<string>>();
    for (const { method, path } of endpoints) {
      const known = allowed.get(path) ?? new Set();
      allowed.set(path, new Set([...known, ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]));
    }
    for (const [path, own] of allowed) {
      for (const method of methods) {
        const response = await bench.app.request(path.replace(':name', 'provider'), { method });
        const what = `${method} ${path}`;
        if (own.has(method)) {
          expect([404, 405], what).not.toContain(response.status);
        } else {
          expect(response.status, what).toBe(405);
          expect(response.headers.get('Allow'), what).toBe([...own].join(', '));
        }
      }
    }
  });

  it('decides about HEAD as about GET, without a body (G96)', async () => {
    const refused = await bench.app.request('/api/v1/user/info', { method: 'HEAD' });
    expect([refused.status, await refused.text()]).toEqual([401, '']);
    const headers = { Authorization: `Bearer ${token}` };
    const answered = await bench.app.request('/api/v1/user/info', { method: 'HEAD', headers });
    expect([answered.status, await answered.text()]).toEqual([200, '']);
  });

  it('ignores X-HTTP-Method-Override (G96)', async () => {
    const response = await bench.app.request('/api/v1/login', { headers: { 'X-HTTP-Method-Override': 'POST' } });
    expect(response.status).toBe(405);
  });

  it('allows no other origin anything (G92)', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost']) {
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
      for (const method of ['OPTIONS', 'GET', 'POST']) {
        const response = await bench.app.request('/api/v1/login', { method, headers });
        expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
  });

  it('sets the same protective headers on every answer', async () => {
    for (const path of ['/health', '/api/v1/user/info', '/nothing', '/api/v1/login']) {
      const { headers } = await bench.app.request(path);
      expect({
        cache: headers.get('Cache-Control'),
        csp: headers.get('Content-Security-Policy'),
        referrer: headers.get('Referrer-Policy'),
        sniff: headers.get('X-Content-Type-Options'),
      }).toEqual({
        cache: 'no-store',
        csp: "default-src 'none'; frame-ancestors 'none'",
        referrer: 'no-referrer',
        sniff: 'nosniff',
      });
    }
  });

  it('takes over a request id that is harmless, and no other', async () => {
    const idFor = async (id: string) =>
      (await bench.app.request('/health', { headers: { 'X-Request-Id': id } })).headers.get('X-Request-Id');
    expect(await idFor('abc-1.2_3')).toBe('abc-1.2_3');
    expect(await idFor('x'.repeat(64))).toBe('x'.repeat(64));
    for (const id of ['', 'x'.repeat(65), 'a b', 'a"b', '<script>', 'ä']) {
      expect(await idFor(id), id).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('logs one line per request: who, what and how long, no query string and no token', async () => {
    const before = bench.logLines().length;
    const response = await getAs(bench.app, token, '/api/v1/user/info?secret=in-the-address');
    expect(response.status).toBe(200);
    const lines = bench.logLines().slice(before);
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.any(String) as string,
        event: 'request',
        request_id: response.headers.get('X-Request-Id'),
        method: 'GET',
        path: '/api/v1/user/info',
        status: 200,
        ms: expect.any(Number) as number,
        client: 'unknown',
        caller: 'user',
        user_id: '1',
      },
    ]);
    expect(JSON.stringify(bench.logLines())).not.toContain(token.slice(-43));
  });
});
