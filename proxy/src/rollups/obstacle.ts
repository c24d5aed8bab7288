import type { Config } from '../config.ts';
import { parseDatabaseUrl } from '../database/database-url.ts';
import type { Engine } from '../database/dialect.ts';
import type { MetricsSource } from '../database/metrics-source.ts';

const sqliteObstacle = 'SQLite, which is for the demo only, has none';
const noOrderObstacle = 'METRICS_ID_ORDER is none';

/** Why there can be no rollups, whatever the databases are like, as a clause; null where there may be. */
export function settingsObstacle({
  databaseUrl,
  stateDatabaseUrl,
  METRICS_ID_ORDER,
}: Pick<Config, 'databaseUrl' | 'stateDatabaseUrl' | 'METRICS_ID_ORDER'>): string | null {
  if ([databaseUrl, stateDatabaseUrl].some((url) => parseDatabaseUrl(url).kind === 'sqlite')) {
    return sqliteObstacle;
  }
  return METRICS_ID_ORDER === 'none' ? noOrderObstacle : null;
}

/** Why there can be no rollups of these calls, as a clause; null where there can. */
export function rollupObstacle(
  { METRICS_ID_ORDER }: Pick<Config, 'METRICS_ID_ORDER'>,
  { dialect, tableType, columns, indexes }: Pick<MetricsSource, 'dialect' | 'tableType' | 'columns' | 'indexes'>,
  stateEngine: Engine
): string | null {
  if (dialect.engine === 'sqlite' || stateEngine === 'sqlite') {
    return sqliteObstacle;
  }
  if (METRICS_ID_ORDER === 'none') {
    return noOrderObstacle;
  }
  if (tableType === 'VIEW') {
    return 'ai_metrics is a view';
  }
  if (columns.id.kind !== 'integer') {
    return `ai_metrics.id is ${columns.id.declared}, not a whole number`;
  }
  if (columns.id.nullable) {
    return 'ai_metrics.id may be NULL';
  }
  if (!indexes.some((index) => index.columns[0] === 'id')) {
    return 'ai_metrics has no index on (id)';
  }
  return null;
}
