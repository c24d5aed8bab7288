import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashPassword, passwordFingerprint } from '../../src/auth/password.ts';
import type { Engine } from '../../src/database/dialect.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { oidcTestSettings } from '../support/grafana-client.ts';
import { type GrafanaTokens, startGrafanaTokens } from '../support/grafana-tokens.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import type { Run } from '../support/run-program.ts';
import { runProxy } from '../support/run-proxy.ts';
import { formsOf, found, sessionIdOf, tokenForms } from './secret-forms.ts';

const password = 'Open & sesame: 1001 nights';
const typed = 'A slip & of the fingers: 42';
const sessionSecret = 'the secret that signs every session here';
const databasePassword = 'the-password-of-the-database';
const passwordHash = hashPassword(password);

let folder: string;
let bench: ProxyBench;
let grafana: GrafanaTokens;
let admin: string;
let proxies: Run[];

async function start(databaseUrl: string): Promise<{ proxy: Run; address: string }> {
  const proxy = runProxy(folder, {
    DATABASE_URL: databaseUrl,
    SESSION_SECRET: sessionSecret,
    LOG_LEVEL: 'trace',
    LOG_DIR: 'logs',
    SIGN_IN_TIMEOUT_SECONDS: '2',
    ...oidcTestSettings,
    GRAFANA_ROOT_URL: grafana.rootUrl,
  });
  proxies.push(proxy);
  const [, address = ''] = await proxy.seen(/"address":"([^"]+)"/);
  await proxy.seen(/Viewers are those who sign in/);
  return { proxy, address };
}

/** All that a proxy wrote: standard output, standard error, and the log files. */
async function written(proxy: Run): Promise<string> {
  proxy.child.kill('SIGTERM');
  await proxy.exitCode;
  const files = await readdir(join(folder, 'logs'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, 'logs', file), 'utf8')));
  return [proxy.output(), ...texts].join('\n');
}

const json = { 'Content-Type': 'application/json' };
const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { ...json, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const viewer = (token: string, grafanaId: string) => ({
  ...bearer(token),
  'X-Grafana-Id': grafanaId,
  'X-AiMetrics-Caller': 'viewer',
  'X-AiMetrics-Allow-Alerts': 'false',
});

// Short enough for every field.
const signatureOf = (token: string) => token.slice(token.lastIndexOf('.') + 1);

const question = (text: string, token: string) => ({
  queries: [
    {
      refId: signatureOf(token),
      from: Date.UTC(2026, 5, 1),
      to: Date.UTC(2026, 5, 2),
      query: {
        schemaVersion: 1,
        kind: 'summary',
        metrics: ['requests'],
        filters: [{ key: 'model_name', operator: 'in', values: [text, signatureOf(token)] }],
      },
    },
  ],
  context: { source: 'panel', dashboardUid: signatureOf(token), panelId: text, ruleUid: passwordHash },
});

/** What people and programs send, with secrets where they belong and where they don't. */
function requests(token: string, dataSource: string, grafanaId: string): [string, string, RequestInit?][] {
  const info = '/api/v1/user/info';
  return [
    ['a right password', '/api/v1/login', post({ login_name: 'admin', password })],
    ['a wrong password', '/api/v1/login', post({ login_name: 'admin', password: typed })],
    ['an unknown name', '/admin/login', post({ login_name: 'nobody', password })],
    ['a password as the name', '/api/v1/login', post({ login_name: password, password: typed })],
    ['a name that is no text', '/api/v1/login', post({ login_name: { password }, password: [typed] })],
    ['the hash as the password', '/api/v1/login', post({ login_name: 'admin', password: passwordHash })],
    ['the hash as the name', '/api/v1/login', post({ login_name: passwordHash.toUpperCase(), password })],
    ['a misspelt field', '/api/v1/login', post({ login_name: 'admin', passwort: password })],
    ['a password as a field', '/api/v1/login', post({ login_name: 'admin', [password]: typed })],
    ['a field that comes twice', '/api/v1/login', post(`{"password":"${password}","password":"${typed}"}`)],
    ['a body that breaks off', '/api/v1/login', post(`{"login_name":"admin","password":"${password}`)],
    ['nothing but the password', '/api/v1/login', post(password)],
    ['a form', '/api/v1/login', { method: 'POST', body: new URLSearchParams({ login_name: 'admin', password }) }],
    ['a password that is too long', '/api/v1/login', post({ login_name: 'admin', password: password.repeat(100) })],
    ['a body that is too long', '/api/v1/login', post({ login_name: 'admin', password: password.repeat(20_000) })],
    [
      'a password in the query',
      `/api/v1/login?${String(new URLSearchParams({ login_name: 'admin', password }))}`,
      post({ login_name: 'admin', password }),
    ],
    ['a password in the path', `/api/v1/login/${encodeURIComponent(password)}`],
    ['a token in the query', `${info}?access_token=${token}`, { headers: bearer(token) }],
    ['a token in another parameter', `/api/v1/catalog?token=${token}`, { headers: bearer(token) }],
    ['a token as the path', `/${token}`],
    ['a token below the API', `/api/v1/${token}`, { headers: bearer(token) }],
    ['a token as a parameter of the path', `/api/v1/dimensions/${token}/values`, { headers: bearer(token) }],
    ['a token with a wrong method', `/api/v1/dimensions/${token}/values`, { method: 'DELETE' }],
    ['a token', info, { headers: bearer(token) }],
    ['a token with one more character', info, { headers: bearer(`${token}A`) }],
    ['a token without its signature', info, { headers: bearer(token.slice(0, token.lastIndexOf('.') + 1)) }],
    ['a bare token', info, { headers: { Authorization: token } }],
    ['a password as a token', info, { headers: bearer(encodeURIComponent(password)) }],
    [
      'Basic authorization',
      info,
      { headers: { Authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` } },
    ],
    ['cookies', info, { headers: { Cookie: `session=${token}; password=${encodeURIComponent(password)}` } }],
    [
      'headers that are often logged',
      info,
      { headers: { Referer: `http://localhost/?token=${token}`, 'User-Agent': token, 'X-Request-Id': token } },
    ],
    ['a contradiction', info, { headers: { ...bearer(token), 'X-Grafana-Id': dataSource } }],
    [
      'a text to search for',
      `/api/v1/dimensions/provider/values?search=${signatureOf(token)}`,
      { headers: bearer(token) },
    ],
    [
      'a filter',
      `/api/v1/metrics/summary?${String(new URLSearchParams({ metrics: 'requests', filter: `provider:=:${password}` }))}`,
      { headers: bearer(token) },
    ],
    ['a metric', `/api/v1/metrics/summary?metrics=${token}`, { headers: bearer(token) }],
    ['a question', '/api/v1/query', post(question(password, token), viewer(dataSource, grafanaId))],
    ['a viewer whom Grafana did not name', '/api/v1/query', post(question(password, token), viewer(dataSource, token))],
    ['a question with a field too many', '/api/v1/query', post({ [token]: password }, viewer(dataSource, grafanaId))],
    ['a log-out with a broken token', '/api/v1/logout', post('', bearer(`${token}A`))],
  ];
}

async function signIn(address: string, client?: string): Promise<string> {
  const response = await fetch(`${address}/api/v1/login`, post({ login_name: 'admin', password, client }));
  const body = (await response.json()) as { data: { token: string } };
  return body.data.token;
}

/** Makes a database with one person, and a folder for the logs. */
function prepare(engine: Engine): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ai-metrics-logs-'));
    proxies = [];
    bench = await openProxyBench(engine);
    admin = await bench.addUser({ login_name: 'admin', password_hash: passwordHash });
    grafana = await startGrafanaTokens(Date.now);
  });
  afterEach(async () => {
    for (const { child, exitCode } of proxies) {
      child.kill('SIGKILL');
      await exitCode;
    }
    await grafana.close();
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });
}

describeOnEngines('what is logged', (engine) => {
  prepare(engine);

  it('has no password, token or hash in it, whatever is sent and whatever fails', async () => {
    const { metricsDatabase, stateDatabase, config } = bench.dependencies;
    const { proxy, address } = await start(config.databaseUrl);
    const token = await signIn(address);
    const dataSource = await signIn(address, 'grafana');
    const grafanaId = await grafana.sign(admin);
    const table = requests(token, dataSource, grafanaId);
    const statuses: [string, number][] = [];
    const sendAll = async () => {
      for (const [name, path, init] of table) {
        const response = await fetch(address + path, init);
        statuses.push([name, response.status]);
      }
    };

    await sendAll();
    // The others may do nothing.
    expect(statuses.filter(([, status]) => status < 300).map(([name]) => name)).toEqual([
      'a right password',
      'a token in another parameter',
      'a token',
      'a text to search for',
      'a filter',
      'a question',
      'a log-out with a broken token',
    ]);
    // Each further session now has a value that is there already: drivers tell which.
    const { schema } = stateDatabase.kysely;
    await stateDatabase.kysely
      .deleteFrom('aitoys_sessions')
      .where('kind', '=', 'user')
      .where('id_hash', '!=', createHash('sha256').update(sessionIdOf(token)).digest('hex'))
      .execute();
    const unique = schema.createIndex('one_session').unique().on('aitoys_sessions');
    await unique.columns(['password_fingerprint', 'kind']).execute();
    expect((await fetch(`${address}/api/v1/login`, post({ login_name: 'admin', password }))).status).toBe(500);
    // Statements with values that fail.
    await metricsDatabase.kysely.schema.alterTable('ai_metrics').renameTo('ai_metrics_elsewhere').execute();
    await sendAll();
    await metricsDatabase.kysely.schema.alterTable('users').renameTo('users_elsewhere').execute();
    await sendAll();
    await schema.alterTable('aitoys_sessions').renameTo('sessions_elsewhere').execute();
    await sendAll();
    await fetch(`${address}/api/v1/logout`, { method: 'POST', headers: bearer(token) });
    await fetch(`${address}/ready`);

    const text = await written(proxy);
    expect(text.match(/"event":"request"/g)?.length).toBeGreaterThanOrEqual(2 * 4 * table.length);
    const events = new Set(text.match(/(?<="event":")\w+/g));
    expect([...events]).toEqual(
      expect.arrayContaining(['sign_in_refused', 'queries', 'query_failed', 'request_failed', 'not_ready'])
    );
    const secrets = [
      ...formsOf('password', password),
      ...formsOf('wrong password', typed),
      ...formsOf('password hash', passwordHash),
      ['Basic credentials', Buffer.from(`admin:${password}`).toString('base64')] satisfies [string, string],
      ['fingerprint', passwordFingerprint(passwordHash)] satisfies [string, string],
      ...formsOf('session secret', sessionSecret),
      ...tokenForms('token', token),
      ...tokenForms('token of the data source', dataSource),
      ['token of the viewer', grafanaId] satisfies [string, string],
      ["signature of the viewer's token", signatureOf(grafanaId)] satisfies [string, string],
    ];
    expect(found(text, secrets)).toEqual([]);
  }, 60_000);

  it('has no secret in it that is too short', async () => {
    const secret = 'not 32 characters';
    const proxy = runProxy(folder, { DATABASE_URL: bench.dependencies.config.databaseUrl, SESSION_SECRET: secret });
    proxies.push(proxy);
    expect(await proxy.exitCode).toBe(1);
    expect(proxy.output()).toContain('SESSION_SECRET: ');
    expect(found(proxy.output(), formsOf('secret', secret))).toEqual([]);
  });
});

describeOnEngines(
  'what is logged of a server that refuses',
  (engine) => {
    prepare(engine);

    it('has no password of the database in it', async () => {
      const url = new URL(bench.dependencies.config.databaseUrl);
      url.password = databasePassword;
      const { proxy, address } = await start(url.href);
      expect((await fetch(`${address}/api/v1/login`, post({ login_name: 'admin', password }))).status).toBe(503);
      expect((await fetch(`${address}/ready`)).status).toBe(503);
      const text = await written(proxy);
      expect(text).toContain('ER_ACCESS_DENIED');
      expect(found(text, [...formsOf('database', databasePassword), ...formsOf('password', password)])).toEqual([]);
    });
  },
  ['mysql', 'mariadb']
);
