import type { Hono } from 'hono';
import { createApp } from '../../src/app.ts';
import { hashPassword } from '../../src/auth/password.ts';
import { createPasswordChecks } from '../../src/auth/password-checks.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Engine } from '../../src/database/dialect.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import { migrateState } from '../../src/database/migrate.ts';
import type { Dependencies } from '../../src/dependencies.ts';
import { createLogger } from '../../src/logger.ts';
import { openDatabases } from '../../src/open-databases.ts';
import type { Env } from '../../src/routes/env.ts';
import { createBuilderThread } from '../../src/rollups/create-builder-thread.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { freshDatabase } from '../servers/fresh-database.ts';

export const testSecret = 'a secret for tests that is long enough';
export const testPassword = 'correct horse battery staple';

export interface TestUser {
  id?: string;
  login_name: string;
  password_hash?: string;
  user_name?: string;
  user_type?: number | null;
  status?: number | null;
}

/** A whole proxy on a database of its own, without a server. Close it after use. */
export interface ProxyBench {
  app: Hono<Env>;
  dependencies: Dependencies;
  /** What was logged so far. */
  logLines: () => Record<string, unknown>[];
  /** Moves the proxy's own clock; the database's goes on. */
  advance: (ms: number) => void;
  /** Adds a system user with `testPassword`, where nothing else is said, and returns the id. */
  addUser: (user: TestUser) => Promise<string>;
  signIn: (loginName: string, client?: 'grafana') => Promise<string>;
  /** Another proxy on the same databases: its own cache and clock. */
  secondProxy: () => Hono<Env>;
  close: () => Promise<void>;
}

// Most tests are about something else than the limits of these.
const manySignIns = { USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES: '100000', ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR: '100000' };

/** `reroute` says how the proxy reaches the database's address. */
export async function openProxyBench(
  engine: Engine,
  settings: Record<string, string> = {},
  reroute: (url: string) => Promise<string> = (url) => Promise.resolve(url)
): Promise<ProxyBench> {
  const database = await freshDatabase(engine);
  const config = testConfig({ DATABASE_URL: await reroute(database.url), ...manySignIns, ...settings });
  const { close, ...databases } = openDatabases(config);
  await createMetricsTables(databases.metricsDatabase.kysely, engine);
  await migrateState(databases.stateDatabase);
  const lines: string[] = [];
  let now = Date.UTC(2026, 5, 1);
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  const telemetry = createTelemetry('1.2.3');
  const builder = createBuilderThread({ config, log, telemetry });
  const dependencies: Dependencies = {
    config,
    clock: () => now,
    log,
    accessLog: log,
    auditLog: log,
    telemetry,
    passwords: createPasswordChecks(config.PASSWORD_REHASH === 'argon2id'),
    eventLoopLagMs: () => 0,
    rollups: null,
    rollupStatus: builder.status,
    ...databases,
  };
  const app = createApp(dependencies);
  const { kysely } = databases.metricsDatabase;
  return {
    app,
    dependencies,
    logLines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    advance: (ms) => {
      now += ms;
    },
    addUser: async (user) => {
      const row = { password_hash: hashPassword(testPassword), user_name: 'Someone', user_type: 1, status: 1, ...user };
      const { insertId } = await kysely.insertInto('users').values(row).executeTakeFirstOrThrow();
      return String(insertId);
    },
    signIn: async (loginName, client) => {
      const response = await postLogin(app, { login_name: loginName, password: testPassword, client });
      const body = (await response.json()) as { data: { token: string } };
      return body.data.token;
    },
    secondProxy: () => createApp({ ...dependencies, clock: () => now }),
    close: async () => {
      await close();
      await database.drop();
    },
  };
}

/** The settings of a test: those given, and what is required. Viewers are checked only where a test says so. */
export function testConfig(settings: Record<string, string>): Config {
  const config = loadConfig({ SESSION_SECRET: testSecret, ...settings });
  return settings['VIEWER_CHECK'] === undefined ? { ...config, VIEWER_CHECK: 'off' } : config;
}

export function postLogin(app: Hono<Env>, body: unknown, path = '/api/v1/login'): Promise<Response> {
  return Promise.resolve(
    app.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  );
}

export function getAs(
  app: Hono<Env>,
  token: string,
  path: string,
  headers: Record<string, string> = {}
): Promise<Response> {
  return Promise.resolve(app.request(path, { headers: { Authorization: `Bearer ${token}`, ...headers } }));
}

/** What the plugin sends besides its token. */
export const viewerHeaders = { 'X-AiMetrics-Caller': 'viewer', 'X-AiMetrics-Allow-Alerts': 'false' };
