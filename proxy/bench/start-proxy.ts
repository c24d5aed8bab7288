import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createApp } from '../src/app.ts';
import { hashPassword } from '../src/auth/password.ts';
import { ToolError } from '../src/cli/run-tool.ts';
import { systemClock } from '../src/clock.ts';
import { loadConfig } from '../src/config.ts';
import { createMetricsTables } from '../src/database/metrics-schema.ts';
import { migrateState } from '../src/database/migrate.ts';
import { type Database, openDatabase } from '../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../src/database/tables.ts';
import { createLogger } from '../src/logger.ts';
import { createHttpServer, defaultHttpLimits } from '../src/server.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { version } from '../src/version.ts';
import type { Range } from './direct-sql.ts';
import type { Question } from './questions.ts';

/** A whole proxy behind HTTP, and a client that is signed in. */
export interface StartedProxy {
  /** Asks one question as a panel does and reads the answer to the end; returns its data frames. */
  ask: (question: Question, range: Range) => Promise<unknown>;
  close: () => Promise<void>;
}

const loginName = 'bench';
const queryTimeoutSeconds = 600;
const stopGraceMs = 1000;

/**
 * Starts a proxy on a free port of this machine that reads calls from `databaseUrl`. Its one user and its sessions are in
 * memory, so that it writes nothing there. Its limits of time are longer than usual: slow is a result here.
 */
export async function startProxy(databaseUrl: string, metricsTimezone: string): Promise<StartedProxy> {
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    METRICS_TIMEZONE: metricsTimezone,
    SESSION_SECRET: randomBytes(48).toString('base64url'),
    QUERY_TIMEOUT_SECONDS: String(queryTimeoutSeconds),
    DATABASE_TIMEOUT_SECONDS: String(queryTimeoutSeconds - 1),
  });
  const password = randomBytes(16).toString('base64url');
  const own = await openOwnTables(password);
  const metricsDatabase = openDatabase<MetricsTables>(databaseUrl, {
    poolSize: config.DATABASE_POOL_SIZE,
    statementTimeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
  });
  const log = createLogger('error', { write: (line) => void process.stderr.write(line) });
  const app = createApp({
    config,
    clock: systemClock,
    log,
    accessLog: log,
    telemetry: createTelemetry(version),
    metricsDatabase,
    rollups: null,
    signInDatabase: own,
    stateDatabase: own as unknown as Database<StateTables>,
    rollupStatus: () => ({ state: 'off', reason: 'Rows are measured' }),
  });
  const http = createHttpServer(app, { ...defaultHttpLimits, maxConnections: config.MAX_CONNECTIONS });
  http.server.listen(0, '127.0.0.1');
  await once(http.server, 'listening');
  const api = `http://127.0.0.1:${String((http.server.address() as AddressInfo).port)}/api/v1`;
  const token = await signIn(api, password);
  return {
    ask: (question, range) => askProxy(api, token, question, range),
    close: async () => {
      await http.stop(stopGraceMs);
      await Promise.all([metricsDatabase.close(), own.close()]);
    },
  };
}

/** `users` with one system user, and the proxy's own tables. */
async function openOwnTables(password: string): Promise<Database<MetricsTables>> {
  const database = openDatabase<MetricsTables>('sqlite::memory:', { poolSize: 1, statementTimeoutSeconds: 1 });
  await createMetricsTables(database.kysely, 'sqlite');
  await migrateState(database as unknown as Database<StateTables>);
  await database.kysely
    .insertInto('users')
    .values({
      login_name: loginName,
      user_name: '',
      password_hash: hashPassword(password),
      user_type: 1,
      status: 1,
    })
    .execute();
  return database;
}

async function signIn(api: string, password: string): Promise<string> {
  const { data } = z
    .object({ data: z.object({ token: z.string() }) })
    .parse(await postJson(`${api}/login`, { login_name: loginName, password }));
  return data.token;
}

const answerSchema = z.object({
  results: z.object({ A: z.union([z.object({ frames: z.unknown() }), z.object({ error: z.string() })]) }),
});

async function askProxy(api: string, token: string, { name, query }: Question, range: Range): Promise<unknown> {
  const body = { queries: [{ refId: 'A', ...range, query }], context: { source: 'panel' } };
  const { A: answer } = answerSchema.parse(await postJson(`${api}/query`, body, token)).results;
  if ('error' in answer) {
    throw new ToolError(`The proxy did not answer ${name}: ${answer.error}`);
  }
  return answer.frames;
}

async function postJson(address: string, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new ToolError(`The proxy answered ${String(response.status)}: ${await response.text()}`);
  }
  return response.json();
}
