import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mounts } from '../../src/app.ts';
import { logo, stylesheet, submitScript } from '../../src/pages/static-files.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { oidcTestSettings } from '../support/grafana-client.ts';
import { type GrafanaTokens, startGrafanaTokens } from '../support/grafana-tokens.ts';
import { openProxyBench, postLogin, type ProxyBench, testPassword, viewerHeaders } from '../support/proxy-bench.ts';

// Of the API at both mounts, and of the pages.
const open = new Set([
  ...mounts.flatMap((mount) => [`POST ${mount}/login`, `POST ${mount}/logout`, `GET ${mount}`, `GET ${mount}/`]),
  'GET /admin/dashboard',
  'GET /admin/login',
  ...[stylesheet, logo, submitScript].map(({ path }) => `GET ${path}`),
]);

interface Endpoint {
  method: string;
  path: string;
}

/** Every endpoint behind sign-in, as the app itself lists them. */
function protectedEndpoints({ app }: ProxyBench): Endpoint[] {
  return app.routes
    .filter(({ method, path }) => method !== 'ALL' && mounts.some((mount) => path.startsWith(mount)))
    .filter(({ method, path }) => !open.has(`${method} ${path}`))
    .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, 'provider') }));
}

function ask({ app }: ProxyBench, { method, path }: Endpoint, headers: Record<string, string> = {}): Promise<Response> {
  const body = method === 'POST' ? { body: '{}' } : {};
  return Promise.resolve(
    app.request(path, { method, headers: { 'Content-Type': 'application/json', ...headers }, ...body })
  );
}

async function expectNothing(response: Response, status: number, what: string): Promise<void> {
  expect(response.status, what).toBe(status);
  expect(response.headers.get('Cache-Control'), what).toBe('no-store');
  expect(Object.keys((await response.json()) as object), what).toEqual(['error']);
  if (status === 401) {
    expect(response.headers.get('WWW-Authenticate'), what).toBe('Bearer error="invalid_token"');
  }
}

describeOnEngines('every route behind sign-in', (engine) => {
  let bench: ProxyBench;

  beforeAll(async () => {
    bench = await openProxyBench(engine);
    await bench.addUser({ login_name: 'admin' });
    await bench.addUser({ login_name: 'normal', user_type: 0 });
    await bench.addUser({ login_name: 'disabled', status: 0 });
    await bench.addUser({ login_name: 'deleted', status: 2 });
  });
  afterAll(() => bench.close());

  it('is everything but health, sign-in and what browsers get', () => {
    const outside = bench.app.routes.filter(
      ({ method, path }) => method !== 'ALL' && !mounts.some((mount) => path.startsWith(mount))
    );
    expect(outside.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /health',
      'GET /ready',
      'GET /',
      'GET /favicon.ico',
    ]);
  });

  it('is on the list', () => {
    const routes = protectedEndpoints(bench).map(({ method, path }) => `${method} ${path}`);
    for (const mount of mounts) {
      expect(routes).toContain(`GET ${mount}/user/info`);
      expect(routes).toContain(`POST ${mount}/query`);
      expect(routes).toContain(`GET ${mount}/metrics/summary`);
      expect(routes).toContain(`GET ${mount}/metrics/timeseries`);
      expect(routes).toContain(`GET ${mount}/calls`);
      expect(routes).toContain(`GET ${mount}/catalog`);
      expect(routes).toContain(`GET ${mount}/dimensions/provider/values`);
    }
  });

  it('gives nothing without a token, with a bad one, or with one in the wrong place', async () => {
    const admin = await bench.signIn('admin');
    const attempts: [string, Record<string, string>][] = [
      ['no token', {}],
      ['nonsense', { Authorization: 'Bearer a.b.c' }],
      ['a password', { Authorization: `Basic ${Buffer.from(`admin:${testPassword}`).toString('base64')}` }],
      ['two tokens', { Authorization: `Bearer ${admin}, Bearer ${admin}` }],
      ['a cookie', { Cookie: `token=${admin}` }],
      [
        'a header that promises much',
        { 'X-Forwarded-User': 'admin', 'X-Grafana-User': 'admin', 'X-WEBAUTH-USER': 'admin' },
      ],
      ['a health check', { 'User-Agent': 'ELB-HealthChecker/2.0', 'X-AiMetrics-Caller': 'health' }],
    ];
    for (const endpoint of protectedEndpoints(bench)) {
      for (const [what, headers] of attempts) {
        await expectNothing(await ask(bench, endpoint, headers), 401, `${endpoint.method} ${endpoint.path}: ${what}`);
      }
      const inAddress = { ...endpoint, path: `${endpoint.path}?access_token=${admin}` };
      await expectNothing(
        await ask(bench, inAddress),
        400,
        `${endpoint.method} ${endpoint.path}: token in the address`
      );
    }
  });

  it('gives nothing to normal, disabled, deleted and unknown users: there is no token for them', async () => {
    for (const [name, status] of Object.entries({ normal: 403, disabled: 401, deleted: 401, nobody: 401 })) {
      for (const mount of mounts) {
        for (const client of [undefined, 'grafana']) {
          const response = await postLogin(
            bench.app,
            { login_name: name, password: testPassword, client },
            `${mount}/login`
          );
          await expectNothing(response, status, name);
        }
      }
    }
  });

  it.each([
    ['normal', { user_type: 0 }, 403],
    ['of a type that does not exist', { user_type: 2 }, 403],
    ['disabled', { status: 0 }, 401],
    ['deleted', { status: 2 }, 401],
    ['unknown', null, 401],
  ] as const)('gives nothing to a user who has become %s since he signed in', async (what, changes, status) => {
    const users = bench.dependencies.metricsDatabase.kysely;
    for (const [index, endpoint] of protectedEndpoints(bench).entries()) {
      const login_name = `${what} ${String(index)}`;
      const id = await bench.addUser({ login_name });
      const token = await bench.signIn(login_name);
      const datasource = await bench.signIn(login_name, 'grafana');
      if (changes === null) {
        await users.deleteFrom('users').where('id', '=', id).execute();
      } else {
        await users.updateTable('users').set(changes).where('id', '=', id).execute();
      }
      const label = `${endpoint.method} ${endpoint.path}`;
      await expectNothing(await ask(bench, endpoint, { Authorization: `Bearer ${token}` }), status, label);
      const asViewer = { Authorization: `Bearer ${datasource}`, ...viewerHeaders };
      await expectNothing(await ask(bench, endpoint, asViewer), status, `${label} for a data source`);
    }
  });

  it('gives nothing to a session that has ended', async () => {
    const token = await bench.signIn('admin');
    await bench.app.request('/api/v1/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    for (const endpoint of protectedEndpoints(bench)) {
      await expectNothing(await ask(bench, endpoint, { Authorization: `Bearer ${token}` }), 401, endpoint.path);
    }
  });
});

describe('the wire from the plugin', () => {
  let bench: ProxyBench;
  let user: string;
  let datasource: string;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite');
    await bench.addUser({ login_name: 'admin' });
    user = await bench.signIn('admin');
    datasource = await bench.signIn('admin', 'grafana');
  });
  afterAll(() => bench.close());

  const refusalOf = async (endpoint: Endpoint, token: string, headers: Record<string, string>) => {
    const { status } = await ask(bench, endpoint, { Authorization: `Bearer ${token}`, ...headers });
    return status === 401 || status === 403 ? status : 'passes';
  };
  const wire = (caller: string, allow = 'true') => ({
    'X-AiMetrics-Caller': caller,
    'X-AiMetrics-Allow-Alerts': allow,
  });

  it('is refused on every route where it is missing or contradicts itself (D66)', async () => {
    for (const endpoint of protectedEndpoints(bench)) {
      for (const headers of [
        {},
        { 'X-AiMetrics-Caller': 'viewer' },
        { 'X-AiMetrics-Allow-Alerts': 'true' },
        { 'X-Grafana-Id': 'eyJ' },
        wire('admin'),
        wire('viewer', 'yes'),
        wire('scheduler, viewer'),
        { ...wire('scheduler'), 'X-Grafana-Id': 'eyJ' },
      ]) {
        expect(await refusalOf(endpoint, datasource, headers), `${endpoint.path} ${JSON.stringify(headers)}`).toBe(401);
      }
    }
  });

  it('lets each caller on his routes only (D66)', async () => {
    for (const endpoint of protectedEndpoints(bench)) {
      const route = `${endpoint.method} ${endpoint.path.replace(/^\/(api\/v1|admin)/, '')}`;
      const scheduled = route === 'POST /query' ? 'passes' : 403;
      const health = route === 'GET /user/info' ? 'passes' : 403;
      expect(await refusalOf(endpoint, datasource, wire('viewer')), route).toBe('passes');
      expect(await refusalOf(endpoint, datasource, wire('scheduler')), route).toBe(scheduled);
      expect(await refusalOf(endpoint, datasource, wire('scheduler', 'false')), route).toBe(403);
      expect(await refusalOf(endpoint, datasource, wire('health', 'false')), route).toBe(health);
    }
  });

  it('is refused on every route to a session that is no data source (D66)', async () => {
    for (const endpoint of protectedEndpoints(bench)) {
      expect(await refusalOf(endpoint, user, {})).toBe('passes');
      for (const headers of [
        wire('viewer'),
        wire('scheduler'),
        { 'X-Grafana-Id': 'eyJ' },
        { 'X-AiMetrics-Caller': '' },
      ]) {
        expect(await refusalOf(endpoint, user, headers), endpoint.path).toBe(401);
      }
    }
  });

  it('gives no rights by headers that any viewer can send (D67)', async () => {
    const forged = { FromAlert: 'true', 'X-Rule-Uid': 'a', 'X-Rule-Name': 'a', 'X-Grafana-User': 'grafana_scheduler' };
    const endpoint = { method: 'GET', path: '/api/v1/user/info' };
    expect(await refusalOf(endpoint, datasource, forged)).toBe(401);
    const response = await ask(bench, endpoint, {
      Authorization: `Bearer ${datasource}`,
      ...wire('viewer'),
      ...forged,
    });
    expect(response.status).toBe(200);
    expect(bench.logLines().at(-1)).toMatchObject({ event: 'request', caller: 'viewer' });
  });
});

describe('a viewer, where viewers are checked', () => {
  let bench: ProxyBench;
  let grafana: GrafanaTokens;
  let datasource: string;
  let ann: string;

  beforeAll(async () => {
    grafana = await startGrafanaTokens(() => bench.dependencies.clock());
    bench = await openProxyBench('sqlite', {
      ...oidcTestSettings,
      VIEWER_CHECK: 'required',
      GRAFANA_ROOT_URL: grafana.rootUrl,
    });
    await bench.addUser({ login_name: 'grafana' });
    ann = await bench.addUser({ login_name: 'ann' });
    datasource = await bench.signIn('grafana', 'grafana');
  });
  afterAll(async () => {
    await grafana.close();
    await bench.close();
  });

  const askAs = (endpoint: Endpoint, headers: Record<string, string>) =>
    ask(bench, endpoint, { Authorization: `Bearer ${datasource}`, ...viewerHeaders, ...headers });

  it('is let in by his own token on every route, and by nothing else (D65, D67, D68)', async () => {
    const normal = await bench.addUser({ login_name: 'normal', user_type: 0 });
    const disabled = await bench.addUser({ login_name: 'disabled', status: 0 });
    const forged = { FromAlert: 'true', 'X-Rule-Uid': 'a', 'X-Grafana-User': 'ann', 'X-WEBAUTH-USER': 'ann' };
    const refused: Record<string, string>[] = [
      {},
      forged,
      { 'X-Grafana-Id': await grafana.sign(ann, { authenticatedBy: 'password', username: 'admin' }) },
      { 'X-Grafana-Id': await grafana.sign(normal), ...forged },
      { 'X-Grafana-Id': await grafana.sign(disabled) },
      { 'X-Grafana-Id': await grafana.sign('4711') },
      { 'X-Grafana-Id': datasource },
    ];
    const own = { 'X-Grafana-Id': await grafana.sign(ann) };
    for (const endpoint of protectedEndpoints(bench)) {
      for (const headers of refused) {
        await expectNothing(await askAs(endpoint, headers), 403, `${endpoint.path} ${JSON.stringify(headers)}`);
      }
      expect([401, 403], endpoint.path).not.toContain((await askAs(endpoint, own)).status);
      // The token of a person is worth nothing without the plugin's session.
      await expectNothing(await ask(bench, endpoint, { ...viewerHeaders, ...own }), 401, endpoint.path);
    }
  });

  it('is who the answer and the log are about', async () => {
    const response = await askAs(
      { method: 'GET', path: '/api/v1/user/info' },
      { 'X-Grafana-Id': await grafana.sign(ann) }
    );
    expect(await response.json()).toMatchObject({ data: { id: ann, login_name: 'ann' } });
    expect(bench.logLines().at(-1)).toMatchObject({ event: 'request', caller: 'viewer', user_id: ann });
  });

  it('does not keep alert rules and health checks from asking', async () => {
    const as = (caller: string) => ({ 'X-AiMetrics-Caller': caller, 'X-AiMetrics-Allow-Alerts': 'true' });
    expect((await askAs({ method: 'POST', path: '/api/v1/query' }, as('scheduler'))).status).toBe(400);
    expect((await askAs({ method: 'GET', path: '/api/v1/user/info' }, as('health'))).status).toBe(200);
  });
});
