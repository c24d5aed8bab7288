import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { browserHeaders } from '../support/browser-headers.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

const paths = ['/admin', '/admin/', '/api/v1', '/api/v1/'];

const dashboardLink = '<a href="/admin/dashboard">Open the dashboard</a>';
const demoText = 'Demo database: every call in it was generated, none was made.';

let bench: ProxyBench;

beforeAll(async () => {
  bench = await openProxyBench('sqlite', { GRAFANA_ROOT_URL: 'https://host.example/grafana/' });
});
afterAll(() => bench.close());

async function pageOf(path: string, headers: Record<string, string> = {}, app = bench.app): Promise<string> {
  return (await app.request(path, { headers: { ...browserHeaders, ...headers } })).text();
}

describe('GET / of both mounts', () => {
  it('is a page for browsers, that runs nothing and loads nothing from elsewhere', async () => {
    for (const path of paths) {
      const response = await bench.app.request(path, { headers: browserHeaders });
      expect([response.status, Object.fromEntries(response.headers)]).toEqual([
        200,
        {
          'cache-control': 'no-store',
          'content-language': 'en',
          'content-security-policy':
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          'content-type': 'text/html; charset=UTF-8',
          'referrer-policy': 'no-referrer',
          vary: 'Accept, Accept-Language',
          'x-content-type-options': 'nosniff',
          'x-request-id': response.headers.get('X-Request-Id'),
        },
      ]);
      const html = await response.text();
      expect(html).toMatch(/^<!doctype html>\s*<html lang="en">/);
      expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1" />');
      expect(html.match(/<(h1|main|header)\b/g)).toEqual(['<header', '<main', '<h1']);
      expect(html).not.toMatch(/<script|style=| on\w+=|:\/\//);
      expect(html.length).toBeLessThan(4096);
    }
  });

  it('leads to the dashboard and to sign-in, and says where API and documentation are', async () => {
    const html = await pageOf('/admin/');
    expect(html).toContain(dashboardLink);
    expect(html).toContain('<a href="/admin/login">Sign in</a>');
    expect(html).toContain('The API is at <code>/api/v1</code>.');
    expect(html).toContain('<code>docs/contract.md</code>');
  });

  it('is in Chinese for who reads that', async () => {
    const html = await pageOf('/admin/', { 'Accept-Language': 'zh-CN,zh;q=0.9' });
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain('<title>大模型调用的成本与速度 · AI Metrics</title>');
    expect(html).toContain('<a href="/admin/dashboard">打开仪表板</a>');
  });

  it('says so where there is no Grafana to lead to', async () => {
    const { GRAFANA_ROOT_URL: _unset, ...config } = bench.dependencies.config;
    const app = createApp({ ...bench.dependencies, config });
    const html = await pageOf('/admin/', {}, app);
    expect(html).toContain('<code>GRAFANA_ROOT_URL</code>');
    expect(html).not.toContain('href="/admin/dashboard"');
    expect(html).not.toContain('href="/admin/login"');
    expect(await pageOf('/admin/')).not.toContain('GRAFANA_ROOT_URL');
  });

  it('says that the numbers of the demo are generated', async () => {
    const app = createApp({ ...bench.dependencies, config: { ...bench.dependencies.config, demo: true } });
    expect(await pageOf('/admin/', {}, app)).toContain(demoText);
    expect(await pageOf('/admin/')).not.toContain(demoText);
    expect((await (await app.request('/admin/')).json()) as unknown).toMatchObject({
      data: { notices: ['Demo database: every call in it was generated, none was made'] },
    });
  });

  it('lists for programs what the API answers', async () => {
    for (const path of paths) {
      const response = await bench.app.request(path);
      expect(response.status).toBe(200);
      const { data, meta } = (await response.json()) as { data: { routes: string[] }; meta: unknown };
      expect(meta).toEqual({ request_id: response.headers.get('X-Request-Id') });
      expect(data).toEqual({
        name: 'AI Metrics',
        version: '0.1.0',
        api_version: 1,
        api: '/api/v1',
        routes: expect.arrayContaining(['POST /login', 'GET /user/info', 'GET /dimensions/:name/values']) as string[],
        notices: [],
      });
      for (const route of data.routes) {
        const [method = '', below = ''] = route.split(' ');
        expect((await bench.app.request(`/api/v1${below}`, { method })).status, route).not.toBe(404);
      }
    }
  });

  it('needs no database and no sign-in, and says the same with a token', async () => {
    await bench.addUser({ login_name: 'admin' });
    const token = await bench.signIn('admin');
    const withToken = await pageOf('/admin/', { Authorization: `Bearer ${token}` });
    expect(withToken).toBe(await pageOf('/admin/'));
    const other = await openProxyBench('sqlite');
    await other.close();
    expect((await other.app.request('/admin/', { headers: browserHeaders })).status).toBe(200);
  });

  it('reflects nothing of a request', async () => {
    const expected = await pageOf('/admin/');
    const headers = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'gopher',
      Referer: 'http://evil.example/',
      'User-Agent': '<script>',
      'X-Request-Id': '"><script>',
    };
    expect(await pageOf('/admin/?q=<script>&next=//evil.example', headers)).toBe(expected);
    const missing = await pageOf('/%3Cscript%3Eevil?evil=1', headers);
    expect(missing).toContain('There is nothing here');
    expect(missing.toLowerCase()).not.toMatch(/evil|script/);
  });

  it('refuses a token in the address here too', async () => {
    const response = await bench.app.request('/admin/?access_token=abc', { headers: browserHeaders });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('abc');
  });
});

describe('GET /', () => {
  it('leads to the home page', async () => {
    const response = await bench.app.request('/?a=b', { headers: { Host: 'evil.example' } });
    expect([response.status, response.headers.get('Location')]).toEqual([302, '/admin/']);
  });
});
