import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNginx, type RunningNginx, startNginx } from './running-nginx.ts';

const found = findNginx(process.env);
const environment = { PUBLIC_URL: 'https://metrics.example' };

let upstream: Server;
let nginx: RunningNginx;

/** What the upstream was asked: its answers repeat it. */
interface Echo {
  url: string;
  headers: IncomingHttpHeaders;
}

async function start(settings: Record<string, string> = environment): Promise<void> {
  upstream = createServer((incoming, outgoing) => {
    const type = incoming.url?.endsWith('.js') === true ? 'text/javascript' : 'application/json';
    const padding = ' '.repeat(2000);
    if (incoming.url?.includes('redirects') === true) {
      outgoing.statusCode = 303;
      outgoing.setHeader('Location', 'https://metrics.example:8443/grafana/login/generic_oauth?code=c');
      outgoing.setHeader('Set-Cookie', [
        'aitoys_sign_in=; path=/oidc/login/x',
        'aitoys_session=s; path=/oidc; httponly',
      ]);
    }
    outgoing.setHeader('Content-Type', type).setHeader('Cache-Control', 'public, max-age=60, immutable');
    outgoing.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }) + padding);
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  nginx = await startNginx('program' in found ? found.program : '', settings, (upstream.address() as AddressInfo).port);
}

async function closeUpstream(): Promise<void> {
  upstream.closeAllConnections();
  if (upstream.listening) {
    upstream.close();
    await once(upstream, 'close');
  }
}

async function echo(path: string, headers?: Record<string, string>): Promise<Echo> {
  const { status, body } = await nginx.ask(path, headers);
  expect(status).toBe(200);
  return JSON.parse(body.toString()) as Echo;
}

function suite() {
  afterEach(async () => {
    await nginx.stop();
    await closeUpstream();
  });

  describe('as it comes', () => {
    beforeEach(() => start());

    it('leads paths to the proxy and to Grafana as they are, and no others', async () => {
      const outcomes: Record<string, string | undefined> = {};
      const paths = [
        ...['/admin', '/admin/login?a=b', '/admin/static/a.css', '/api/v1/catalog', '/oidc/auth', '/grafana/d/x%2Fy'],
        ...['/', '/grafana', '/admins', '/api/v2/x', '/health', '/ready', '/metrics', '/grafana/metrics'],
        ...['/grafana//metrics', '/grafana/%6detrics', '/api/v1/..%2f..%2fready', '/admin/../ready'],
      ];
      for (const path of paths) {
        const { status, headers, body } = await nginx.ask(path);
        outcomes[path] =
          status === 200
            ? (JSON.parse(body.toString()) as Echo).url
            : `${String(status)} ${headers.location ?? ''}`.trim();
      }
      expect(outcomes).toEqual({
        '/admin': '/admin',
        '/admin/login?a=b': '/admin/login?a=b',
        '/admin/static/a.css': '/admin/static/a.css',
        '/api/v1/catalog': '/api/v1/catalog',
        '/oidc/auth': '/oidc/auth',
        '/grafana/d/x%2Fy': '/grafana/d/x%2Fy',
        '/': '302 /grafana/',
        '/grafana': '301 /grafana/',
        '/admins': '404',
        '/api/v2/x': '404',
        '/health': '404',
        '/ready': '404',
        '/metrics': '404',
        '/grafana/metrics': '404',
        '/grafana//metrics': '404',
        '/grafana/%6detrics': '404',
        '/api/v1/..%2f..%2fready': '404',
        '/admin/../ready': '404',
      });
    });

    it.each(['/api/v1/catalog', '/grafana/api/live/ws'])(
      'tells %s the address of the peer, whatever it was told',
      async (path) => {
        const forged = {
          'X-Forwarded-For': '203.0.113.7',
          'X-Forwarded-Host': 'evil.example',
          'X-Forwarded-Proto': 'http',
          'X-Real-IP': '203.0.113.7',
          Forwarded: 'for=203.0.113.7',
          X_Forwarded_For: '203.0.113.7',
        };
        const { headers } = await echo(path, forged);
        expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
        expect(Object.fromEntries(Object.entries(headers).filter(([name]) => /forward|real/.test(name)))).toEqual({
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-proto': 'https',
        });
      }
    );

    it('upgrades connections to Grafana Live only', async () => {
      const upgrade = { Connection: 'keep-alive, Upgrade', Upgrade: 'websocket' };
      const connection = async (path: string) => {
        const { headers } = await echo(path, upgrade);
        return [headers.connection, headers.upgrade];
      };
      expect(await connection('/grafana/api/live/ws?x=1')).toEqual(['upgrade', 'websocket']);
      expect(await connection('/grafana/api/ds/query')).toEqual([undefined, undefined]);
    });

    it('compresses', async () => {
      const { headers, body } = await nginx.ask('/grafana/x.js', { 'Accept-Encoding': 'gzip' });
      expect([headers['content-encoding'], headers.vary]).toEqual(['gzip', 'Accept-Encoding']);
      expect((JSON.parse(gunzipSync(body).toString()) as Echo).url).toBe('/grafana/x.js');
    });

    it('speaks HTTP/2', async () => {
      const session = connect(nginx.url, { ca: readFileSync(join(nginx.tls, 'certificate.pem')) });
      const [headers] = (await once(session.request({ ':path': '/api/v1/catalog' }), 'response')) as [
        IncomingHttpHeaders,
      ];
      expect([session.alpnProtocol, headers[':status']]).toEqual(['h2', 200]);
      session.destroy();
    });

    it('keeps static files', async () => {
      const { headers } = await nginx.ask('/admin/static/a.js');
      await closeUpstream();
      const again = await nginx.ask('/admin/static/a.js');
      expect(again.status).toBe(200);
      expect([headers['cache-control'], again.headers['cache-control']]).toEqual(
        Array(2).fill('public, max-age=60, immutable')
      );
    });

    it('says in the words of the proxy that the proxy is away', async () => {
      await closeUpstream();
      const { status, headers, body } = await nginx.ask('/api/v1/catalog', { 'X-Request-Id': 'mine' });
      expect([status, headers['retry-after'], headers['content-type']]).toEqual([503, '5', 'application/json']);
      expect(JSON.parse(body.toString())).toEqual({
        error: { code: 'unavailable', message: 'The service is not available at the moment', request_id: 'mine' },
      });
    });

    it('hands a sign-in on as it is: host, origin, cookies, and where it leads', async () => {
      const asked = {
        Host: 'metrics.example:8443',
        Origin: 'https://metrics.example:8443',
        'Sec-Fetch-Site': 'same-origin',
        Cookie: 'aitoys_sign_in=a; aitoys_sign_in.sig=b',
      };
      const { status, headers, body } = await nginx.ask('/oidc/login/redirects?code=c', asked);
      expect(JSON.parse(body.toString())).toMatchObject({
        url: '/oidc/login/redirects?code=c',
        headers: {
          host: asked.Host,
          origin: asked.Origin,
          'sec-fetch-site': asked['Sec-Fetch-Site'],
          cookie: asked.Cookie,
        },
      });
      expect([status, headers.location, headers['set-cookie']]).toEqual([
        303,
        'https://metrics.example:8443/grafana/login/generic_oauth?code=c',
        ['aitoys_sign_in=; path=/oidc/login/x', 'aitoys_session=s; path=/oidc; httponly'],
      ]);
    });

    it('logs no query, where secrets may be', async () => {
      await nginx.ask('/api/v1/catalog?access_token=s3cret', { Referer: 'https://x/?s3cret', 'X-Request-Id': 'a b' });
      await nginx.ask('/oidc/auth/x?code=s3cret', { Cookie: 'aitoys_session=s3cret' });
      await nginx.ask('/grafana/login/generic_oauth?code=s3cret&state=s3cret');
      await closeUpstream();
      await nginx.ask('/api/v1/catalog?access_token=s3cret');
      // nginx writes a line after it has sent the answer.
      await expect.poll(() => nginx.readAccessLog().trim().split('\n')).toHaveLength(4);
      const lines = nginx
        .readAccessLog()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, string>);
      expect(lines.map(({ client, path, status }) => [client, path, status])).toEqual([
        ['127.0.0.1', '/api/v1/catalog', '200'],
        ['127.0.0.1', '/oidc/auth/x', '200'],
        ['127.0.0.1', '/grafana/login/generic_oauth', '200'],
        ['127.0.0.1', '/api/v1/catalog', '503'],
      ]);
      expect(lines[0]?.['request_id']).toMatch(/^[0-9a-f]{32}$/);
      expect(JSON.stringify(lines)).not.toContain('s3cret');
    });

    it('leads HTTP to the public address, whatever Host says', async () => {
      const { status, headers } = await fetch(`http://127.0.0.1:${String(nginx.httpPort)}/grafana/d/x?y=%20z`, {
        redirect: 'manual',
      });
      expect([status, headers.get('location')]).toEqual([308, 'https://metrics.example/grafana/d/x?y=%20z']);
    });

    it('makes a certificate for the public host and this one, and a key that only its owner reads', () => {
      const text = execFileSync('openssl', [
        'x509',
        '-noout',
        '-ext',
        'subjectAltName',
        '-in',
        join(nginx.tls, 'certificate.pem'),
      ]);
      expect(text.toString()).toContain('DNS:localhost, IP Address:127.0.0.1, DNS:metrics.example');
      expect(statSync(join(nginx.tls, 'key.pem')).mode & 0o777).toBe(0o600);
    });
  });

  it('takes the rightmost address that is not trusted, where the peer is trusted', async () => {
    await start({ ...environment, TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' });
    const { headers } = await echo('/api/v1/catalog', { 'X-Forwarded-For': '203.0.113.7, 198.51.100.2, 10.1.2.3' });
    expect(headers['x-forwarded-for']).toBe('198.51.100.2');
  });
}

if ('program' in found) {
  describe('nginx', suite);
} else if (process.env['REQUIRE_ALL'] === '1') {
  describe('nginx', () => {
    it('is there', () => {
      throw new Error(found.reason);
    });
  });
} else {
  describe.skip(`nginx NOT RUN: ${found.reason}`, suite);
}

describe('compose/nginx/40-settings.sh', () => {
  const settings = (env: Record<string, string>) => () =>
    execFileSync(join(import.meta.dirname, '..', '..', '..', 'compose', 'nginx', '40-settings.sh'), {
      env: { PATH: process.env['PATH'], TLS_FOLDER: '/nowhere', SETTINGS_FILE: '/dev/null', ...env },
      stdio: 'pipe',
    });

  it.each([
    'http://metrics.example',
    'https://metrics.example/',
    'https://metrics.example/grafana',
    'https://x"; return 200 "',
    '',
  ])('refuses the public address %j', (PUBLIC_URL) => {
    expect(settings({ PUBLIC_URL })).toThrow('the public address must be like https://metrics.example');
  });
});
