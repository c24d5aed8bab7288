import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserHeaders } from '../support/browser-headers.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

const folder = join(import.meta.dirname, '..', '..', 'src', 'pages', 'static');

let bench: ProxyBench;
let stylesheet: string;
let logo: string;

beforeAll(async () => {
  bench = await openProxyBench('sqlite');
  const html = await (await bench.app.request('/nothing', { headers: browserHeaders })).text();
  stylesheet = /<link rel="stylesheet" href="([^"]+)"/.exec(html)?.[1] ?? '';
  logo = /<link rel="icon" type="image\/svg\+xml" href="([^"]+)"/.exec(html)?.[1] ?? '';
});
afterAll(() => bench.close());

describe('GET /admin/static/:file', () => {
  it('gives what pages refer to, under a hash of its content, to be kept for ever', async () => {
    for (const [path, stem, extension, type] of [
      [stylesheet, 'pages', 'css', 'text/css; charset=utf-8'],
      [logo, 'logo', 'svg', 'image/svg+xml; charset=utf-8'],
    ] as const) {
      const content = readFileSync(join(folder, `${stem}.${extension}`), 'utf8');
      const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
      expect(path).toBe(`/admin/static/${stem}.${hash}.${extension}`);
      const response = await bench.app.request(path);
      expect([response.status, Object.fromEntries(response.headers)]).toEqual([
        200,
        {
          'cache-control': 'public, max-age=31536000, immutable',
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
          'content-type': type,
          etag: `"${hash}"`,
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
          'x-request-id': response.headers.get('X-Request-Id'),
        },
      ]);
      expect(await response.text()).toBe(content);
    }
  });

  it('answers HEAD without the content, and 304 to who has it', async () => {
    const head = await bench.app.request(stylesheet, { method: 'HEAD' });
    const etag = head.headers.get('ETag') ?? '';
    expect([head.status, await head.text()]).toEqual([200, '']);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await bench.app.request(stylesheet, { headers: { 'If-None-Match': known } });
      expect([response.status, await response.text()], known).toEqual([304, '']);
      expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('ETag')).toBe(etag);
    }
    const other = await bench.app.request(stylesheet, { headers: { 'If-None-Match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it.each([
    '',
    'pages.css',
    'logo.svg',
    'pages.0000000000000000.css',
    '..%2f..%2fapp.ts',
    '..%2F..%2F..%2Fpackage.json',
    '%2e%2e%2fstatic-files.ts',
    '..\\layout.ts',
    '..%5clayout.ts',
    '....//layout.ts',
    '%00',
    '%ff',
    '/etc/passwd',
    'constructor',
  ])('has nothing at %j', async (name) => {
    const response = await bench.app.request(`/admin/static/${name}`);
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([404, 'no-store']);
  });

  it('has the logo of the plugin', () => {
    const ofPlugin = join(import.meta.dirname, '..', '..', '..', 'plugin', 'src', 'img', 'logo.svg');
    expect(readFileSync(join(folder, 'logo.svg'), 'utf8')).toBe(readFileSync(ofPlugin, 'utf8'));
  });
});

describe('GET /favicon.ico', () => {
  it('leads to the logo', async () => {
    const response = await bench.app.request('/favicon.ico');
    expect([response.status, response.headers.get('Location')]).toEqual([302, logo]);
  });
});
