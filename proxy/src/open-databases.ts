import type { Config } from './config.ts';
import { parseDatabaseUrl } from './database/database-url.ts';
import { type Database, openDatabase } from './database/open-database.ts';
import type { MetricsTables, StateTables } from './database/tables.ts';
import { settingsObstacle } from './rollups/obstacle.ts';

export interface OpenDatabases {
  metricsDatabase: Database<MetricsTables>;
  signInDatabase: Database<MetricsTables>;
  stateDatabase: Database<StateTables>;
  /** For questions that rollups answer; null where there can't be any. */
  rollupDatabase: Database<StateTables> | null;
  close: () => Promise<void>;
}

/** Opens the databases of the settings; connects to none yet. Throws an Error for a malformed address. */
export function openDatabases(config: Config): OpenDatabases {
  const isSqlite = parseDatabaseUrl(config.databaseUrl).kind === 'sqlite';
  const metricsDatabase = openDatabase<MetricsTables>(config.databaseUrl, {
    poolSize: config.DATABASE_POOL_SIZE,
    statementTimeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
  });
  const short = { poolSize: config.SIGN_IN_POOL_SIZE, statementTimeoutSeconds: config.SIGN_IN_TIMEOUT_SECONDS };
  // Two connections to one SQLite file in one process would wait for each other, and the process with them.
  const signInDatabase = isSqlite ? metricsDatabase : openDatabase<MetricsTables>(config.databaseUrl, short);
  const stateDatabase =
    isSqlite && config.stateDatabaseUrl === config.databaseUrl
      ? (metricsDatabase as unknown as Database<StateTables>)
      : openDatabase<StateTables>(config.stateDatabaseUrl, short);
  const rollupDatabase = openRollupDatabase(config, metricsDatabase);
  return {
    metricsDatabase,
    signInDatabase,
    stateDatabase,
    rollupDatabase,
    close: async () => {
      const opened = new Set<{ close(): Promise<void> }>([
        metricsDatabase,
        signInDatabase,
        stateDatabase,
        ...(rollupDatabase === null ? [] : [rollupDatabase]),
      ]);
      await Promise.all([...opened].map((database) => database.close()));
    },
  };
}

/** Questions read rollups through as many connections as calls: the same ones, where both are in one database. */
function openRollupDatabase(config: Config, metricsDatabase: Database<MetricsTables>): Database<StateTables> | null {
  // What was built before METRICS_ID_ORDER was `none` is not true any more.
  if (settingsObstacle(config) !== null) {
    return null;
  }
  return config.stateDatabaseUrl === config.databaseUrl
    ? (metricsDatabase as unknown as Database<StateTables>)
    : openDatabase<StateTables>(config.stateDatabaseUrl, {
        poolSize: config.DATABASE_POOL_SIZE,
        statementTimeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
      });
}
