import type { Kysely } from 'kysely';
import { rehashNotices, usersTableProblems } from './auth/check-users-table.ts';
import type { Config } from './config.ts';
import { findTables } from './database/find-tables.ts';
import { isStateMigrated } from './database/migrate.ts';
import { type MetricsSource, readMetricsSource } from './database/metrics-source.ts';
import { missingIndexes } from './database/missing-indexes.ts';
import type { Database } from './database/open-database.ts';
import { readIndexes } from './database/table-index.ts';
import type { MetricsTables, StateTables } from './database/tables.ts';
import { databaseError } from './database/errors.ts';
import { rollupObstacle } from './rollups/obstacle.ts';
import { changesOffset } from './time/time-zone.ts';

/** One thing to know about the databases: `warn` for what is degraded, `error` for what makes answers impossible. */
export interface ReportLine {
  level: 'info' | 'warn' | 'error';
  text: string;
  /** The statement that would put it right. */
  ddl?: string;
}

type ReportConfig = Pick<
  Config,
  | 'VIEWER_CHECK'
  | 'GRAFANA_ROOT_URL'
  | 'OIDC_CLIENT_SECRET'
  | 'PUBLIC_URL'
  | 'METRICS_TIMEZONE'
  | 'METRICS_ID_ORDER'
  | 'PASSWORD_REHASH'
  | 'ROLLUP_LAG_SECONDS'
  | 'ROLLUP_AUDIT_HOURS'
  | 'ROLLUP_FREEZE_AFTER_DAYS'
>;

/**
 * What the proxy found in its databases, for the start-up log: engines, tables, peculiar columns, missing indexes and
 * what is degraded. Never throws: a database that can't be reached is a line too.
 */
export async function startupReport(
  metrics: Database<MetricsTables>,
  state: Database<StateTables>,
  config: ReportConfig,
  now: number
): Promise<ReportLine[]> {
  const parts = [
    await orFailure('Metrics database', () => reportServer('Metrics database', metrics)),
    await orFailure('Table ai_metrics', () => reportCalls(metrics, state, config, now)),
    await orFailure('Table users', () => reportUsers(metrics, config)),
    await orFailure('State database', () => reportState(state)),
  ];
  return [...parts.flat(), ...reportViewers(config)];
}

function reportViewers({ VIEWER_CHECK, GRAFANA_ROOT_URL, OIDC_CLIENT_SECRET, PUBLIC_URL }: ReportConfig): ReportLine[] {
  if (VIEWER_CHECK === 'off') {
    const text = 'Viewers are not checked: everybody in Grafana who may use the data source sees everything';
    return [{ level: 'warn', text }];
  }
  if (GRAFANA_ROOT_URL === undefined) {
    return [{ level: 'warn', text: 'Viewers in Grafana are all refused: GRAFANA_ROOT_URL is not set' }];
  }
  if (OIDC_CLIENT_SECRET === undefined || PUBLIC_URL === undefined) {
    return [{ level: 'warn', text: 'Viewers in Grafana are all refused: OIDC_CLIENT_SECRET is not set' }];
  }
  return new URL(PUBLIC_URL).protocol === 'http:' && !isLoopback(new URL(PUBLIC_URL).hostname)
    ? [{ level: 'warn', text: 'PUBLIC_URL is an http:// address: passwords are sent in clear text' }]
    : [{ level: 'info', text: `Viewers are those who sign in to Grafana through ${PUBLIC_URL}/oidc` }];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

async function orFailure(what: string, report: () => Promise<ReportLine[]>): Promise<ReportLine[]> {
  try {
    return await report();
  } catch (error) {
    const failure = databaseError(error);
    const cause = failure.cause instanceof Error ? failure.cause.message : failure.message;
    return [{ level: 'error', text: `${what}: ${cause}` }];
  }
}

const oldestSupported = { mysql: [8, 0], mariadb: [10, 11], sqlite: [3, 38] } as const;

async function reportServer<Tables>(what: string, database: Database<Tables>): Promise<ReportLine[]> {
  const name = await database.serverName();
  const { engine } = await database.dialect();
  const lines: ReportLine[] = [{ level: 'info', text: `${what}: ${name}` }];
  const [major = 0, minor = 0] = (/[\d.]+$/.exec(name)?.[0] ?? '').split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestSupported[engine];
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    lines.push({
      level: 'warn',
      text: `${name} is older than ${String(oldestMajor)}.${String(oldestMinor)}, the oldest that is supported`,
    });
  }
  return lines;
}

async function reportCalls(
  database: Database<MetricsTables>,
  state: Database<StateTables>,
  config: ReportConfig,
  now: number
): Promise<ReportLine[]> {
  const source = await readMetricsSource(database, config.METRICS_TIMEZONE);
  return [
    ...describeTable(source),
    ...describeTimes(source, now),
    ...describeCost(source),
    ...describeIndexes(source),
    ...(await describeRollups(source, state, config)),
  ];
}

async function describeRollups(
  source: MetricsSource,
  state: Database<StateTables>,
  config: ReportConfig
): Promise<ReportLine[]> {
  // Without a state database another line says so.
  const dialect = await state.dialect().catch(() => null);
  const obstacle = dialect === null ? null : rollupObstacle(config, source, dialect.engine);
  if (dialect === null || source.dialect.engine === 'sqlite') {
    return [];
  }
  if (obstacle !== null) {
    return [{ level: 'warn', text: `Rollups are off: ${obstacle}; every question reads rows` }];
  }
  const { ROLLUP_LAG_SECONDS: lag, ROLLUP_AUDIT_HOURS: hours, ROLLUP_FREEZE_AFTER_DAYS: days } = config;
  const frozen = days === undefined ? '' : `, and kept as they are when calls are ${String(days)} days old`;
  const audit = `compared with their rows at least every ${String(hours)} h`;
  return [{ level: 'info', text: `Rollups are on: of calls that are ${String(lag)} s old, ${audit}${frozen}` }];
}

function describeTable({ dialect, columns, rowsEstimate, tableType, storageEngine }: MetricsSource): ReportLine[] {
  const types = Object.entries(columns).map(([name, { declared }]) => `${name} ${declared}`);
  const lines: ReportLine[] = [
    { level: 'info', text: `Table ai_metrics: about ${String(rowsEstimate)} rows; ${types.join(', ')}` },
  ];
  if (dialect.engine === 'sqlite') {
    lines.push({
      level: 'warn',
      text: 'SQLite is for the demo only: no limit on how long the database works on a statement',
    });
  }
  if (tableType === 'VIEW') {
    lines.push({
      level: 'warn',
      text: 'ai_metrics is a view: whether its tables have the right indexes was not checked',
    });
  } else if (storageEngine !== null && storageEngine.toLowerCase() !== 'innodb') {
    lines.push({ level: 'warn', text: `ai_metrics is a ${storageEngine} table: only InnoDB was measured and tested` });
  }
  return lines;
}

function describeTimes({ columns: { start_time, end_time } }: MetricsSource, now: number): ReportLine[] {
  const lines: ReportLine[] = [];
  const wallTime = [start_time, end_time].find(({ type }) => type === 'datetime');
  if (wallTime !== undefined && changesOffset(wallTime.zone, now)) {
    lines.push({
      level: 'warn',
      text: `METRICS_TIMEZONE ${wallTime.zone} has daylight saving: of the hour that occurs twice, all calls are read as its first occurrence`,
    });
  }
  if (start_time.zone !== end_time.zone) {
    lines.push({
      level: 'warn',
      text: `start_time is read in ${start_time.zone} and end_time in ${end_time.zone}: duration_mismatch_requests compares them as they are`,
    });
  }
  if (start_time.fractionDigits < 3) {
    lines.push({ level: 'info', text: `start_time has ${String(start_time.fractionDigits)} digits after the second` });
  }
  return lines;
}

function describeCost({ columns: { cost } }: MetricsSource): ReportLine[] {
  if (cost.kind !== 'float') {
    return [];
  }
  const digits = cost.size === 'float' ? 'about 7 digits' : 'about 15 digits';
  return [{ level: 'warn', text: `cost is ${cost.declared}, not DECIMAL: each cost is only kept to ${digits}` }];
}

function describeIndexes(source: MetricsSource): ReportLine[] {
  if (source.tableType === 'VIEW') {
    return [];
  }
  return missingIndexes('ai_metrics', source.columns, source.indexes, source.storageEngine).map((index) => ({
    level: 'warn',
    text: `ai_metrics has no index on (${index.columns.join(', ')}): ${index.slow}`,
    ddl: index.ddl,
  }));
}

async function reportUsers(database: Database<MetricsTables>, config: ReportConfig): Promise<ReportLine[]> {
  const { engine } = await database.dialect();
  const kysely = database.kysely as unknown as Kysely<unknown>;
  const problems = await usersTableProblems(database);
  const isThere = (await findTables(database, ['users'])).has('users');
  const missing = isThere ? missingIndexes('users', {}, await readIndexes(kysely, engine, 'users'), null) : [];
  const rehash = isThere && config.PASSWORD_REHASH !== 'off' ? await rehashNotices(database) : [];
  const lines: ReportLine[] = [
    ...problems.map((text) => ({ level: 'error' as const, text })),
    ...missing.map(({ columns: needed, slow, ddl }) => ({
      level: 'warn' as const,
      text: `users has no index on (${needed.join(', ')}): ${slow}`,
      ddl,
    })),
    ...rehash.map((text) => ({ level: 'warn' as const, text })),
  ];
  return lines.length > 0 ? lines : [{ level: 'info', text: 'Table users: as expected' }];
}

async function reportState(database: Database<StateTables>): Promise<ReportLine[]> {
  const lines = await reportServer('State database', database);
  if (!(await isStateMigrated(database))) {
    lines.push({
      level: 'error',
      text: 'The tables of this proxy (aitoys_…) are missing or of an older version: run npm run migrate',
    });
  }
  return lines;
}
