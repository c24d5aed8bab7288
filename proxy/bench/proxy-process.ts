import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from '../src/app.ts';
import { hashPassword } from '../src/auth/password.ts';
import { createPasswordChecks } from '../src/auth/password-checks.ts';
import { systemClock } from '../src/clock.ts';
import { loadConfig } from '../src/config.ts';
import { createMetricsTables } from '../src/database/metrics-schema.ts';
import { type Database, openDatabase } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { createLogger } from '../src/logger.ts';
import { logConsole } from '../src/logs/log-console.ts';
import { openDatabases } from '../src/open-databases.ts';
import { createBuilderThread } from '../src/rollups/create-builder-thread.ts';
import { openRollupReader } from '../src/rollups/open-rollup-reader.ts';
import { createHttpServer, defaultHttpLimits } from '../src/server.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { version } from '../src/version.ts';
import { loginName, orderSchema, type ProxyOrder, type ProxyStatus } from './proxy-messages.ts';

// Sessions are kept by it: an id that none of the application's people has, and no other proxy that is measured.
const userId = String(2 ** 52 + randomInt(2 ** 40));
const stopGraceMs = 1000;

const [order] = (await once(process, 'message')) as [unknown];
await runProxy(orderSchema.parse(order));

/**
 * A whole proxy that ends with the program that started it. Its one user is in memory, so that nothing is written to the
 * application's tables; its own tables are in the state database, as ever.
 */
async function runProxy({ settings, password }: ProxyOrder): Promise<void> {
  const config = loadConfig(settings);
  const { close, rollupDatabase, ...databases } = openDatabases(config);
  const users = await openUsers(password);
  const log = createLogger('error', { write: (line) => void process.stderr.write(line) });
  logConsole(console, log);
  const telemetry = createTelemetry(version);
  const builder = createBuilderThread({ config, log, telemetry });
  const app = createApp({
    config,
    clock: systemClock,
    log,
    accessLog: log,
    auditLog: log,
    telemetry,
    passwords: createPasswordChecks(false),
    eventLoopLagMs: () => 0,
    rollupStatus: builder.status,
    rollups: rollupDatabase === null ? null : openRollupReader(rollupDatabase, config, telemetry),
    ...databases,
    signInDatabase: users,
  });
  const http = createHttpServer(app, { ...defaultHttpLimits, maxConnections: config.MAX_CONNECTIONS });
  http.server.listen(0, '127.0.0.1');
  await once(http.server, 'listening');
  builder.start();
  process.on('message', () => process.send?.(currentStatus()));
  process.once('disconnect', () => {
    void Promise.all([http.stop(stopGraceMs), builder.stop()]).then(() => Promise.all([close(), users.close()]));
  });
  process.send?.({ port: (http.server.address() as AddressInfo).port });
}

function currentStatus(): ProxyStatus {
  return { peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
}

async function openUsers(password: string): Promise<Database<MetricsTables>> {
  const database = openDatabase<MetricsTables>('sqlite::memory:', { poolSize: 1, statementTimeoutSeconds: 1 });
  await createMetricsTables(database.kysely, 'sqlite');
  const user = { login_name: loginName, user_name: '', password_hash: hashPassword(password), user_type: 1, status: 1 };
  await database.kysely
    .insertInto('users')
    .values({ id: userId, ...user })
    .execute();
  return database;
}
