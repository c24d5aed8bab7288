import type { Hono } from 'hono';
import { createApp } from '../../src/app.ts';
import { createPasswordChecks } from '../../src/auth/password-checks.ts';
import { hashPassword } from '../../src/auth/password.ts';

import type { Engine } from '../../src/database/dialect.ts';
import { insertCalls } from '../../src/database/insert-calls.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import { migrateState } from '../../src/database/migrate.ts';
import { demoRows } from '../../src/demo/demo-rows.ts';
import { createLogger } from '../../src/logger.ts';
import { openDatabases } from '../../src/open-databases.ts';
import { createBuilderThread } from '../../src/rollups/create-builder-thread.ts';
import type { Env } from '../../src/routes/env.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { type Endpoint, endpoints, protectedEndpoints } from '../hostile/endpoints.ts';
import { freshDatabase } from '../servers/fresh-database.ts';
import { oidcTestSettings } from '../support/grafana-client.ts';
import { listen } from '../support/listen.ts';
import { postLogin, testConfig } from '../support/proxy-bench.ts';

/** A whole proxy with calls in its database, people, sessions and a socket. */
export interface FuzzTarget {
  app: Hono<Env>;
  url: string;
  endpoints: Endpoint[];
  /** Of the endpoints behind sign-in, such as `GET /api/v1/calls`. */
  isGuarded: (method: string, path: string) => boolean;
  /** Tokens of sessions that go on, as far as nobody ended them; their places in requests are named. */
  tokens: () => Record<TokenName, string>;
  signIn: () => Promise<void>;
  /** What was logged since the last time. */
  takeLines: () => string[];
  close: () => Promise<void>;
}

export type TokenName = 'user' | 'dataSource';

export const loginName = 'fuzz-admin';
export const password = 'a password that is in no log';
/** The end of the calls, and the proxy's present: what a seed makes is the same on every day. */
export const now = Date.UTC(2026, 5, 1);
export const days = 30;

const calls = 3000;
const settings = {
  USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES: '100000',
  ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR: '100000',
  MAX_BODY_KIB: '64',
  TRUSTED_PROXIES: '127.0.0.1',
  ...oidcTestSettings,
};

/** `serverUrl` is that of a server outside of vitest. */
export async function openFuzzTarget(engine: Engine, serverUrl?: string): Promise<FuzzTarget> {
  const database = await freshDatabase(engine, serverUrl);
  const config = testConfig({ DATABASE_URL: database.url, ...settings });
  const { close, ...databases } = openDatabases(config);
  const { kysely } = databases.metricsDatabase;
  await createMetricsTables(kysely, engine);
  await migrateState(databases.stateDatabase);
  const column = { zone: 'UTC', fractionDigits: 3 };
  const range = { from: now - days * 86_400_000, until: now };
  await insertCalls(
    kysely,
    engine,
    demoRows({ seed: 1, rows: calls, ...range }, { start_time: column, end_time: column }),
    () => undefined
  );
  const person = {
    login_name: loginName,
    user_name: 'Someone',
    password_hash: hashPassword(password),
    user_type: 1,
    status: 1,
  };
  await kysely.insertInto('users').values(person).execute();

  const lines: string[] = [];
  let clock = now;
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  const telemetry = createTelemetry('1.2.3');
  const app = createApp({
    config,
    // Answers that are kept for a second grow old, too.
    clock: () => (clock += 1),
    log,
    accessLog: log,
    auditLog: log,
    passwords: createPasswordChecks(false),
    eventLoopLagMs: () => 0,
    telemetry,
    rollups: null,
    rollupStatus: createBuilderThread({ config, log, telemetry }).status,
    ...databases,
  });
  const listening = await listen(app);
  const guarded = await protectedEndpoints(app);
  let tokens: Record<TokenName, string>;
  const signIn = async () => {
    const [user, dataSource] = await Promise.all([undefined, 'grafana'].map((client) => tokenFor(app, client)));
    tokens = { user: user ?? '', dataSource: dataSource ?? '' };
  };
  await signIn();
  return {
    app,
    url: listening.url,
    endpoints: endpoints(app),
    isGuarded: (method, path) => guarded.some((endpoint) => endpoint.method === method && endpoint.path === path),
    tokens: () => tokens,
    signIn,
    takeLines: () => lines.splice(0),
    close: async () => {
      await listening.close();
      await close();
      await database.drop();
    },
  };
}

async function tokenFor(app: Hono<Env>, client: string | undefined): Promise<string> {
  const response = await postLogin(app, { login_name: loginName, password, client });
  return ((await response.json()) as { data: { token: string } }).data.token;
}
