import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListeningApp, listen } from '../support/listen.ts';
import { openProxyBench, type ProxyBench, viewerHeaders } from '../support/proxy-bench.ts';
import { rawAnswer, type RawAnswer } from '../support/raw-request.ts';
import { type Endpoint, endpoints, protectedEndpoints } from './endpoints.ts';

let bench: ProxyBench;
let listening: ListeningApp;
let all: Endpoint[];
let guarded: Endpoint[];
let bearer: string;
let dataSource: string;

beforeAll(async () => {
  bench = await openProxyBench('sqlite', { MAX_BODY_KIB: '16' });
  await bench.addUser({ login_name: 'admin' });
  bearer = `Authorization: Bearer ${await bench.signIn('admin')}`;
  dataSource = `Authorization: Bearer ${await bench.signIn('admin', 'grafana')}`;
  all = endpoints(bench.app);
  guarded = await protectedEndpoints(bench.app);
  listening = await listen(bench.app);
});
afterAll(async () => {
  await listening.close();
  await bench.close();
});

/** One request with a body where the method has one. */
function ask({ method, path }: Endpoint, ...headers: string[]): Promise<RawAnswer> {
  const body = method === 'POST' ? ['Content-Type: application/json', 'Content-Length: 2'] : [];
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...body, ...headers];
  return rawAnswer(listening.url, `${lines.join('\r\n')}\r\n\r\n${method === 'POST' ? '{}' : ''}`);
}

/** The session's header; where it would be ended, that of another one. */
const signedIn = (path: string) => (path.endsWith('/logout') ? 'Authorization: Bearer a.b.c' : bearer);

const named = ({ method, path }: Endpoint, what: string) => `${method} ${path}: ${what}`;

function expectRefusal(answer: RawAnswer, statuses: number[], what: string): void {
  expect(statuses, what).toContain(answer.status);
  const { error } = answer.json() as { error: Record<string, unknown> };
  expect(Object.keys(error), what).toEqual(['code', 'message', 'request_id']);
  expect(answer.headers.get('cache-control'), what).toBe('no-store');
  if (answer.status === 401) {
    expect(answer.headers.get('www-authenticate'), what).toBe('Bearer error="invalid_token"');
  }
}

describe('every route behind sign-in, on real sockets', () => {
  it('is most of them', () => {
    expect(guarded.length).toBeGreaterThanOrEqual(14);
    expect(guarded).toContainEqual({ method: 'POST', path: '/api/v1/query' });
  });

  // Each of them is another spelling of the path, or of something near it.
  const tricks: [string, (path: string) => string][] = [
    ['a slash at the end', (path) => `${path}/`],
    ['a double slash at the start', (path) => `/${path}`],
    ['a double slash within', (path) => path.replace(/\/(?=[^/]+$)/, '//')],
    ['an encoded slash', (path) => path.replace(/\/(?=[^/]+$)/, '%2F')],
    ['an encoded slash twice', (path) => path.replace(/\/(?=[^/]+$)/, '%252F')],
    ['a backslash', (path) => path.replace(/\/(?=[^/]+$)/, '\\')],
    ['an encoded backslash', (path) => path.replace(/\/(?=[^/]+$)/, '%5C')],
    ['a dot', (path) => path.replace(/\/(?=[^/]+$)/, '/./')],
    ['encoded dots', (path) => `/health/%2e%2e${path}`],
    ['dots behind an open route', (path) => `/api/v1/login/../../..${path}`],
    ['dots and a semicolon', (path) => `/health/..;${path}`],
    ['dots with an encoded slash', (path) => `/health/..%2f${path.slice(1)}`],
    ['a parameter of the path', (path) => `${path};a=b`],
    ['capitals', (path) => path.toUpperCase()],
    [
      'an encoded letter',
      (path) => path.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    ],
    [
      'an encoded letter twice',
      (path) => path.replace(/[a-z](?=[^/]*$)/, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
    ],
    [
      'full-width letters',
      (path) =>
        path.replace(/[a-z](?=[^/]*$)/, (letter) =>
          encodeURIComponent(String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
        ),
    ],
    ['overlong UTF-8', (path) => path.replace(/\/(?=[^/]+$)/, '%c0%af')],
    ['a NUL', (path) => `${path}%00`],
    ['a NUL and an ending', (path) => `${path}%00.css`],
    ['an ending', (path) => `${path}.json`],
    ['a line break', (path) => `${path}%0d%0a`],
    ['a space', (path) => `${path}%20`],
    ['a tab', (path) => `${path}%09`],
    ['a fragment', (path) => `${path}#/health`],
    ['an encoded question mark', (path) => `${path}%3f`],
    ['the path of a probe as a parameter', (path) => `${path}?/health`],
    ['a whole address', (path) => `http://localhost${path}`],
    ['a whole address of another host', (path) => `http://other.example${path}`],
    ['a whole address with a user', (path) => `http://user@localhost${path}`],
    ['another scheme', (path) => `https://localhost${path}`],
    ['half an address', (path) => `//localhost${path}`],
    ['a broken percent', (path) => `${path}%`],
    ['an empty segment before', (path) => path.replace(/^\/(admin|api)/, '/$1/')],
  ];

  it.each(tricks)('is refused, or not there, with %s in the address (G94)', async (what, spell) => {
    for (const endpoint of guarded) {
      const spelt = { ...endpoint, path: spell(endpoint.path) };
      expectRefusal(await ask(spelt), [400, 401, 404], named(spelt, what));
      // With a session it is the same route, or none: never another one.
      const [plain, other] = await Promise.all([ask(endpoint, bearer), ask(spelt, bearer)]);
      expect([400, 404, plain.status], named(spelt, what)).toContain(other.status);
    }
  });

  it.each([
    ['a probe', ['User-Agent: kube-probe/1.30']],
    ['the load balancer of a cloud', ['User-Agent: ELB-HealthChecker/2.0', 'X-Health-Check: true']],
    ['another cloud', ['User-Agent: GoogleHC/1.0']],
    ['a health check of the plugin', ['X-AiMetrics-Caller: health', 'X-AiMetrics-Allow-Alerts: false']],
    ["a machine of one's own", ['X-Forwarded-For: 127.0.0.1', 'X-Real-IP: 127.0.0.1', 'Forwarded: for=127.0.0.1']],
    ['another address', ['X-Original-URL: /health', 'X-Rewrite-URL: /health', 'X-Forwarded-Uri: /health']],
    ['a prefix', ['X-Forwarded-Prefix: /health', 'X-Script-Name: /health']],
  ])('takes nobody for %s (G95)', async (_, headers) => {
    for (const endpoint of guarded) {
      expectRefusal(await ask(endpoint, ...headers), [401], named(endpoint, headers.join()));
    }
  });

  it('takes no header under another spelling of its name (G89)', async () => {
    const forged = ['X_Forwarded_User: admin', 'X_Grafana_User: admin', 'X_WEBAUTH_USER: admin', 'Remote_User: admin'];
    const value = bearer.slice('Authorization: '.length);
    for (const endpoint of guarded) {
      for (const header of [`AUTHORIZATION_: ${value}`, `Proxy-Authorization: ${value}`, `X-Authorization: ${value}`]) {
        expectRefusal(await ask(endpoint, header, ...forged), [401], named(endpoint, header));
      }
      // What a user's session must not send, it may under a name that means nothing.
      const usual = await ask(endpoint, bearer);
      expect((await ask(endpoint, bearer, 'X_Grafana_Id: a', 'X_AiMetrics_Caller: viewer')).status).toBe(usual.status);
    }
  });

  it('keeps every header that Connection names (G90)', async () => {
    const wire = Object.entries(viewerHeaders).map(([name, value]) => `${name}: ${value}`);
    for (const endpoint of guarded) {
      const hop = (names: string, ...headers: string[]) => ask(endpoint, `Connection: close, ${names}`, ...headers);
      const usual = await ask(endpoint, bearer);
      expect((await hop('Authorization', bearer)).status, endpoint.path).toBe(usual.status);
      expectRefusal(await hop('Authorization'), [401], endpoint.path);
      // Else a data source could be taken for a user, and an alert rule for a viewer.
      expectRefusal(await hop('X-Grafana-Id', bearer, 'X-Grafana-Id: a'), [401], endpoint.path);
      const contradiction = [...wire, 'X-AiMetrics-Caller: scheduler'];
      expectRefusal(await hop('X-AiMetrics-Caller', dataSource, ...contradiction), [401], endpoint.path);
    }
  });

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'is asked by the method of the request line, whatever %s says (G96)',
    async (name) => {
      for (const endpoint of guarded) {
        const other = endpoint.method === 'GET' ? 'POST' : 'GET';
        expectRefusal(await ask(endpoint, `${name}: ${other}`), [401], named(endpoint, name));
        const changed = { method: other, path: endpoint.path };
        const answer = await ask(changed, `${name}: ${endpoint.method}`, bearer);
        expectRefusal(answer, [405], named(changed, name));
        expect(answer.headers.get('allow')).toContain(endpoint.method);
      }
    }
  );
});

describe('every route, on real sockets', () => {
  it.each(['TRACE', 'OPTIONS', 'CONNECT', 'PURGE', 'SEARCH', 'PATCH', 'PUT', 'DELETE'])(
    'has no %s, with and without a session (G96)',
    async (method) => {
      for (const { path } of all) {
        for (const headers of [[], [bearer]]) {
          const answer = await ask({ method, path }, ...headers);
          // Node ends a CONNECT itself, without a word.
          expect(String(answer.status), `${method} ${path}`).toBe(method === 'CONNECT' ? 'NaN' : '405');
          // What a TRACE would repeat.
          expect(answer.body).not.toContain('Bearer');
        }
      }
    }
  );

  it('answers HEAD as GET, without a body (G96)', async () => {
    for (const { path } of all.filter(({ method }) => method === 'GET')) {
      for (const headers of [[], [bearer]]) {
        const get = await ask({ method: 'GET', path }, ...headers);
        const head = await ask({ method: 'HEAD', path }, ...headers);
        expect([head.status, head.body], path).toEqual([get.status, '']);
      }
    }
  });

  it.each([
    ['null', 'GET'],
    ['null', 'OPTIONS'],
    ['https://evil.example', 'GET'],
    ['https://evil.example', 'OPTIONS'],
    ['http://localhost', 'OPTIONS'],
    ['http://localhost.evil.example', 'POST'],
    ['file://', 'POST'],
  ])('lets pages of %s read nothing by %s (G92)', async (origin, method) => {
    const preflight = ['Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: authorization'];
    for (const { path } of all) {
      const asked = [`Origin: ${origin}`, ...(method === 'OPTIONS' ? preflight : [])];
      for (const headers of [asked, [...asked, signedIn(path)]]) {
        const answer = await ask({ method, path }, ...headers);
        const granted = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect(granted, `${method} ${path}`).toEqual([]);
        if (method === 'OPTIONS') {
          expectRefusal(answer, [405], path);
        }
      }
    }
  });

  it('reads no body that is compressed, or goes on for too long (H98, H99, H100)', async () => {
    const zipped = gzipSync('{}'.padEnd(1_000_000));
    for (const { path } of all.filter(({ method }) => method === 'POST')) {
      const start = [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', 'Content-Type: application/json'];
      const send = (line: string, ...parts: (string | Buffer)[]) =>
        rawAnswer(listening.url, [...start, signedIn(path), line, '', ''].join('\r\n'), ...parts);
      const chunks = Array.from({ length: 17 }, () => `400\r\n${'x'.repeat(1024)}\r\n`).join('');
      const answers = [
        await send('Content-Length: 1000000000'),
        await send('Transfer-Encoding: chunked', chunks),
        await send(`Content-Encoding: gzip\r\nContent-Length: ${String(zipped.length)}`, zipped),
      ];
      // A log-out has no body, and looks at none.
      expect(answers.map(({ status }) => status)).toEqual(path.endsWith('/logout') ? [204, 204, 204] : [413, 413, 415]);
    }
  });
});
