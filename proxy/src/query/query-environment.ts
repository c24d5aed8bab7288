import type { MetricsSource } from '../database/metrics-source.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import type { RowCellReader } from '../rollups/read-cells.ts';
import type { RollupReader } from '../rollups/read-rollups.ts';
import type { Cursors } from './calls/cursor.ts';

/** What questions are answered with. */
export interface QueryEnvironment {
  database: Database<MetricsTables>;
  source: MetricsSource;
  /** Null: questions are answered from single calls. */
  rollups: RollupReader | null;
  /** Reads what rollups don't have. */
  cells: RowCellReader;
  cursors: Cursors;
  /** More rows than this from one statement are refused, so that memory stays bounded. */
  maxRows: number;
  /** A question that would read about more calls than this one by one is refused before it does. */
  maxRowsRead: number;
}
