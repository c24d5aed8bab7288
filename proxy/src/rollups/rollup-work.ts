import type { MetricsSource } from '../database/metrics-source.ts';
import type { RollupDatabases } from './rollup-databases.ts';
import type { RollupWriter } from './write-rollups.ts';

/** What the holder of the lease works with. */
export interface RollupWork extends RollupDatabases {
  source: MetricsSource;
  writer: RollupWriter;
}
