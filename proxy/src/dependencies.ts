import type { PasswordChecks } from './auth/password-checks.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database } from './database/open-database.ts';
import type { MetricsTables, StateTables } from './database/tables.ts';
import type { Logger } from './logger.ts';
import type { RollupReader } from './rollups/read-rollups.ts';
import type { RollupStatus } from './rollups/status.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** What the proxy is made of: opened once in main, passed to all that needs it. */
export interface Dependencies {
  config: Config;
  clock: Clock;
  log: Logger;
  /** For one line per request. */
  accessLog: Logger;
  /** Who signed in and out, who was refused, and why: never a secret. */
  auditLog: Logger;
  telemetry: Telemetry;
  /** For questions about `ai_metrics`. */
  metricsDatabase: Database<MetricsTables>;
  /** The same database through connections that no question about metrics can occupy: for `users` and readiness. */
  signInDatabase: Database<MetricsTables>;
  /** One for all ways to sign in: what may be verified at once is bounded for all of them together. */
  passwords: PasswordChecks;
  /** How late the event loop has been lately. */
  eventLoopLagMs: () => number;
  /** Null where there can't be rollups. */
  rollups: RollupReader | null;
  /** The proxy's own tables. */
  stateDatabase: Database<StateTables>;
  /** How far rollups are, as far as this proxy knows. */
  rollupStatus: () => RollupStatus;
}
