import { sql } from 'kysely';
import { missingRights } from './auth/check-own-tables.ts';
import { rehashNotices, usersTableProblems } from './auth/check-users-table.ts';
import { withDeadline } from './auth/deadline.ts';
import { userColumns } from './auth/users.ts';
import type { Config } from './config.ts';
import { databaseError } from './database/errors.ts';
import { readMetricsSource } from './database/metrics-source.ts';
import { isStateMigrated } from './database/migrate.ts';
import type { Database } from './database/open-database.ts';
import type { MetricsTables } from './database/tables.ts';
import { demoNotice } from './demo/demo-notice.ts';
import type { Dependencies } from './dependencies.ts';
import { ApiError } from './errors.ts';
import { oidcSettings } from './oidc/provider-settings.ts';
import { apiVersion, version } from './version.ts';

export interface ReadinessCheck {
  name: 'metrics_database' | 'state_database' | 'users_table' | 'ai_metrics_table';
  ok: boolean;
  message: string;
}

export interface Readiness {
  status: 'ready' | 'not ready';
  version: string;
  api_version: number;
  checks: ReadinessCheck[];
  /** What works, and should be known. */
  notices: string[];
}

/** Whether the proxy can do its work now, and what is missing. Never throws; the log gets the causes. */
export async function checkReadiness(dependencies: Dependencies): Promise<Readiness> {
  const { config, log, signInDatabase, stateDatabase } = dependencies;
  const run = async (
    name: ReadinessCheck['name'],
    check: (signal: AbortSignal) => Promise<string>
  ): Promise<ReadinessCheck> => {
    try {
      return { name, ok: true, message: await withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, check) };
    } catch (thrown) {
      const error = databaseError(thrown);
      const cause = error.cause instanceof Error ? error.cause.message : undefined;
      log.warn({ event: 'not_ready', check: name, reason: error.message, cause });
      return { name, ok: false, message: error.message };
    }
  };
  const checks = await Promise.all([
    run('metrics_database', () => askServer(signInDatabase)),
    run('state_database', (signal) => checkState(stateDatabase, signal)),
    run('users_table', () => checkUsers(signInDatabase)),
    run('ai_metrics_table', async () => {
      await readMetricsSource(signInDatabase, config.METRICS_TIMEZONE);
      return 'All columns are there';
    }),
  ]);
  return {
    status: checks.every((check) => check.ok) ? 'ready' : 'not ready',
    version,
    api_version: apiVersion,
    checks,
    notices: [...notices(config), ...(await noticesOfUsers(dependencies))],
  };
}

/** What an operator should know of these settings. */
function notices(config: Config): string[] {
  return [
    ...(config.VIEWER_CHECK === 'off' ? ['viewers are not checked'] : []),
    ...(config.VIEWER_CHECK === 'required' && oidcSettings(config) === null
      ? ['every viewer in Grafana is refused: GRAFANA_ROOT_URL or OIDC_CLIENT_SECRET is not set']
      : []),
    ...(config.demo ? [demoNotice] : []),
  ];
}

async function noticesOfUsers({ config, signInDatabase }: Dependencies): Promise<string[]> {
  if (config.PASSWORD_REHASH === 'off') {
    return [];
  }
  // Where the table can't be read, a check says so.
  return rehashNotices(signInDatabase).catch(() => []);
}

async function askServer<Tables>(database: Database<Tables>): Promise<string> {
  await sql`select 1`.execute(database.kysely);
  return database.serverName();
}

async function checkState(database: Dependencies['stateDatabase'], signal: AbortSignal): Promise<string> {
  const server = await askServer(database);
  if (!(await isStateMigrated(database))) {
    throw new ApiError('unavailable', "The proxy's own tables are missing or out of date: run npm run migrate");
  }
  const missing = await missingRights(database, signal);
  if (missing.length > 0) {
    throw new ApiError('unavailable', `The account lacks rights on ${missing.join('; on ')}`);
  }
  return server;
}

async function checkUsers(database: Database<MetricsTables>): Promise<string> {
  const problems = await usersTableProblems(database);
  if (problems.length > 0) {
    throw new ApiError('unavailable', problems.join('; '));
  }
  // What may be seen in the catalog need not be readable.
  await database.kysely.selectFrom('users').select(userColumns).limit(0).execute();
  return 'All columns are there';
}
