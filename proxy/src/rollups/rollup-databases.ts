import type { DatabaseConfig } from '../config.ts';
import { type Database, openDatabase } from '../database/open-database.ts';
import type { MetricsTables, StateTables } from '../database/tables.ts';

/** Where calls are read and rollups are written, through connections that serve nothing else. */
export interface RollupDatabases {
  metrics: Database<MetricsTables>;
  state: Database<StateTables>;
}

// Building may take long and keeps nobody waiting.
const options = { poolSize: 1, statementTimeoutSeconds: 120 };

// A builder whose machine is gone must not keep others from taking over until the server notices by itself, after hours.
const silentSeconds = 15;

/** Opens them; connects to none yet. */
export function openRollupDatabases({ databaseUrl, stateDatabaseUrl }: DatabaseConfig): RollupDatabases {
  return {
    metrics: openDatabase<MetricsTables>(databaseUrl, options),
    state: openDatabase<StateTables>(stateDatabaseUrl, { ...options, silentSeconds }),
  };
}
