import type { Database } from '../database/open-database.ts';
import type { MetricsTables, StateTables } from '../database/tables.ts';

/** Where calls are read and rollups are written, through connections that serve nothing else. */
export interface RollupDatabases {
  metrics: Database<MetricsTables>;
  state: Database<StateTables>;
}
