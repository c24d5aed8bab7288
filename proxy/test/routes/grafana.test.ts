import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { browserHeaders } from '../support/browser-headers.ts';
import { openProxyBench, type ProxyBench, testConfig } from '../support/proxy-bench.ts';

let bench: ProxyBench;

beforeAll(async () => {
  bench = await openProxyBench('sqlite');
});
afterAll(() => bench.close());

function appWith(rootUrl: string) {
  const { GRAFANA_ROOT_URL } = testConfig({ GRAFANA_ROOT_URL: rootUrl });
  return createApp({ ...bench.dependencies, config: { ...bench.dependencies.config, GRAFANA_ROOT_URL } });
}

describe.each([
  ['/admin/dashboard', 'd/aitoys-overview'],
  ['/admin/login', 'login'],
])('GET %s', (path, target) => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000/'],
    ['http://localhost:3000/', 'http://localhost:3000/'],
    ['https://metrics.example/grafana', 'https://metrics.example/grafana/'],
    ['https://metrics.example/grafana/', 'https://metrics.example/grafana/'],
  ])('leads to the Grafana at %s, for GET and HEAD', async (rootUrl, base) => {
    for (const method of ['GET', 'HEAD']) {
      for (const headers of [{}, browserHeaders]) {
        const response = await appWith(rootUrl).request(path, { method, headers });
        expect([response.status, response.headers.get('Location')]).toEqual([302, base + target]);
        expect([response.headers.get('Cache-Control'), await response.text()]).toEqual(['no-store', '']);
      }
    }
  });

  it('takes nothing from the request', async () => {
    const headers = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'ftp',
      'X-Forwarded-Prefix': '/evil',
      Forwarded: 'host=evil.example',
    };
    const response = await appWith('https://host/grafana/').request(`${path}?next=//evil.example#x`, { headers });
    expect(response.headers.get('Location')).toBe(`https://host/grafana/${target}`);
  });

  it('says where no Grafana is known which setting is missing', async () => {
    const json = await bench.app.request(path);
    expect([json.status, await json.json()]).toEqual([
      404,
      {
        error: {
          code: 'not_found',
          message: 'This proxy knows no Grafana: its setting GRAFANA_ROOT_URL is not set',
          request_id: json.headers.get('X-Request-Id'),
        },
      },
    ]);
    const page = await bench.app.request(path, { headers: { ...browserHeaders, 'Accept-Language': 'zh' } });
    expect(page.status).toBe(404);
    const html = await page.text();
    expect(html).toContain('<h1>尚未设置 Grafana 地址</h1>');
    expect(html).toContain('<code>GRAFANA_ROOT_URL</code>');
  });
});

describe('GET /admin/login', () => {
  it.each(['login_name=somebody&password=pa55word', 'password=pa55word', 'login_name=somebody'])(
    'refuses ?%s, and logs nothing of it (A26)',
    async (query) => {
      const before = bench.logLines().length;
      const response = await appWith('http://localhost:3000').request(`/admin/login?${query}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('Location')).toBeNull();
      const logged = JSON.stringify(bench.logLines().slice(before));
      expect(logged).toContain('"path":"/admin/login"');
      expect(`${await response.text()}${logged}`).not.toMatch(/somebody|pa55word/);
    }
  );
});
