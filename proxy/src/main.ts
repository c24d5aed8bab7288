import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics } from '@prometheus-io/client';
import { createApp } from './app.ts';
import { createPasswordChecks } from './auth/password-checks.ts';
import { demoBanner } from './banner.ts';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, loadConfig, readEnvironment } from './config.ts';
import { parseDatabaseUrl } from './database/database-url.ts';
import { migrateState } from './database/migrate.ts';
import { ensureDemo } from './demo/ensure-demo.ts';
import type { Dependencies } from './dependencies.ts';
import { describeCause } from './describe-cause.ts';
import { createEndRequests } from './end-requests.ts';
import { watchEventLoop } from './event-loop-lag.ts';
import type { Logger } from './logger.ts';
import { logConsole } from './logs/log-console.ts';
import { openLogs } from './logs/open-logs.ts';
import { forgetSigningKeys } from './oidc/signing-keys.ts';
import { openDatabases } from './open-databases.ts';
import { createBuilderThread } from './rollups/create-builder-thread.ts';
import { openRollupReader } from './rollups/open-rollup-reader.ts';
import { telemetryRoutes } from './routes/telemetry.ts';
import { createHttpServer, defaultHttpLimits, type HttpServer } from './server.ts';
import { startupReport } from './startup-report.ts';
import { openCertificate } from './tls/read-certificate.ts';
import { createCertificateRenewal } from './tls/renew-certificate.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { version } from './version.ts';

const demoTopUpMs = 60_000;
const certificateCheckMs = 60_000;

await start(readConfig());

/** Brings the proxy up; it answers until a signal ends it. A server database that is away doesn't keep it from starting. */
async function start(config: Config): Promise<void> {
  const { log, accessLog, auditLog } = await orExit(() => openLogs(config));
  const tls = await orExit(() => openCertificate(config));
  exitOnFaults(log);
  logConsole(console, log);
  const { close: closeDatabases, rollupDatabase, ...databases } = openDatabases(config);
  const telemetry = createTelemetry(version);
  const rollups = rollupDatabase === null ? null : openRollupReader(rollupDatabase, config, telemetry);
  const builder = createBuilderThread({ config, log, telemetry });
  const dependencies: Dependencies = {
    config,
    clock: systemClock,
    log,
    accessLog,
    auditLog,
    telemetry,
    passwords: createPasswordChecks(config.PASSWORD_REHASH === 'argon2id'),
    eventLoopLagMs: watchEventLoop().recentMs,
    rollups,
    rollupStatus: builder.status,
    ...databases,
  };
  await prepareEmbedded(dependencies);
  const limits = { ...defaultHttpLimits, maxConnections: config.MAX_CONNECTIONS };
  const http = createHttpServer(createApp(dependencies), limits, tls?.current);
  const address = await listen(http, config, 'PORT', log);
  if (tls !== null) {
    keepCertificate({ ...tls, use: http.useCertificate, clock: systemClock, log });
  }
  const stopMetrics = await listenForMetrics(dependencies);
  stopOnSignals(http, dependencies, async () => {
    await Promise.all([stopMetrics(), builder.stop()]);
    await closeDatabases();
  });
  builder.start();
  log.info({ event: 'listening', address, version });
  if (process.send !== undefined) {
    // Started beside a Grafana, by a program that tells about both.
    process.send({ address });
  } else if (config.demo) {
    process.stdout.write(demoBanner(address));
  }
  await report(dependencies);
}

function readConfig(): Config {
  try {
    const config = loadConfig(readEnvironment());
    // Only the demo may go without a secret: its sessions end with this process.
    return config.sessionSecrets.length > 0
      ? config
      : { ...config, sessionSecrets: [randomBytes(48).toString('base64url')] };
  } catch (error) {
    return exitWith(error instanceof ConfigError ? error.message : String(error));
  }
}

async function orExit<Result>(step: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    return exitWith(error instanceof ConfigError ? error.message : String(error));
  }
}

/** Certificates last for weeks, and the process for months. */
function keepCertificate(options: Parameters<typeof createCertificateRenewal>[0]): void {
  const renew = createCertificateRenewal(options);
  renew();
  setInterval(renew, certificateCheckMs).unref();
}

/** SQLite is for trying out, so nothing has to be done by hand; servers get their tables by `npm run migrate`. */
async function prepareEmbedded(dependencies: Dependencies): Promise<void> {
  const { config, log, stateDatabase } = dependencies;
  if (parseDatabaseUrl(config.stateDatabaseUrl).kind === 'sqlite') {
    await migrateState(stateDatabase);
  }
  if (config.demo) {
    await forgetSigningKeys(stateDatabase);
    await topUpDemo(dependencies);
    // Once a minute is no news.
    const quiet = { ...dependencies, log: log.child({}, { level: 'warn' }) };
    const timer = setInterval(() => {
      topUpDemo(quiet).catch((error: unknown) => {
        log.error({ event: 'demo_not_topped_up', cause: describeCause(error) });
      });
    }, demoTopUpMs);
    timer.unref();
  }
}

async function topUpDemo({ metricsDatabase, clock, log }: Dependencies): Promise<void> {
  let lastTenth = 0;
  await ensureDemo(metricsDatabase, clock, log, (done, total) => {
    const tenth = Math.floor((10 * done) / total);
    // A top-up of a few calls needs no progress.
    if (total > 10_000 && tenth > lastTenth) {
      lastTenth = tenth;
      process.stdout.write(`Generating demo calls: ${String(tenth * 10)} %\n`);
    }
  });
}

/** Lets Prometheus read the metrics, where METRICS_PORT is set; until the end, so that it sees the last requests finish. */
async function listenForMetrics({ config, log, telemetry }: Dependencies): Promise<() => Promise<unknown>> {
  if (config.METRICS_PORT === undefined) {
    return () => Promise.resolve();
  }
  // They watch the process all the time: only where somebody looks.
  collectDefaultMetrics({ register: telemetry.registry });
  const http = createHttpServer(telemetryRoutes(telemetry), {
    ...defaultHttpLimits,
    maxConnections: config.MAX_CONNECTIONS,
  });
  const address = await listen(http, config, 'METRICS_PORT', log);
  log.info({ event: 'metrics_listening', address });
  return () => http.stop(0);
}

async function listen(
  { server, scheme }: HttpServer,
  config: Config,
  setting: 'PORT' | 'METRICS_PORT',
  log: Logger
): Promise<string> {
  server.listen(config[setting], config.HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    const isTaken = (error as { code?: unknown }).code === 'EADDRINUSE';
    const reason = isTaken ? `it is taken; choose another one, such as ${setting}=5050 npm start` : String(error);
    log.fatal({ event: 'not_listening', host: config.HOST, port: config[setting], cause: describeCause(error) });
    exitWith(`The proxy can't listen on ${config.HOST}, port ${String(config[setting])}: ${reason}`);
  }
  const { port } = server.address() as AddressInfo;
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  return `${scheme}://${host}:${String(port)}`;
}

/** Says once what the databases are like; while they can't be reached, `/ready` tells. */
async function report(dependencies: Dependencies): Promise<void> {
  const { config, clock, log, signInDatabase, stateDatabase } = dependencies;
  for (const { level, text, ddl } of await startupReport(signInDatabase, stateDatabase, config, clock())) {
    log[level]({ event: 'startup_report', ddl }, text);
  }
}

/** On SIGTERM and SIGINT: accepts nothing more, finishes what is in flight, closes the databases, exits with 0. */
function stopOnSignals(http: HttpServer, { config, log }: Dependencies, closeDatabases: () => Promise<void>): void {
  const nextRequest = createEndRequests();
  const stop = (signal: NodeJS.Signals) => {
    const request = nextRequest();
    if (request === 'again') {
      process.exit(1);
    }
    if (request === 'same') {
      return;
    }
    log.info({ event: 'stopping', signal });
    http
      .stop(config.SHUTDOWN_GRACE_SECONDS * 1000)
      .then(async (isComplete) => {
        await closeDatabases();
        log.info({ event: 'stopped', in_flight_finished: isComplete });
        process.exit(isComplete ? 0 : 1);
      })
      .catch((error: unknown) => {
        exitAfterFault(log, error);
      });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The program that started this one beside a Grafana is gone.
  process.on('disconnect', () => {
    stop('SIGTERM');
  });
}

// A process in an unknown state is replaced, not repaired.
function exitOnFaults(log: Logger): void {
  process.on('unhandledRejection', (error) => {
    exitAfterFault(log, error);
  });
  process.on('uncaughtException', (error) => {
    exitAfterFault(log, error);
  });
}

function exitAfterFault(log: Logger, error: unknown): never {
  log.fatal({ event: 'fault', cause: describeCause(error) });
  process.exit(1);
}

function exitWith(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
