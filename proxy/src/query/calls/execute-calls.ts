import { z } from 'zod';
import type { MetricsSource } from '../../database/metrics-source.ts';
import { type Database, readOnly } from '../../database/open-database.ts';
import type { MetricsTables } from '../../database/tables.ts';
import { compileCalls, compilePageEnd } from './compile-calls.ts';
import { runSelect } from '../read/execute.ts';
import { refuseByCost } from '../read/refuse-by-cost.ts';
import type { RowsSegment } from '../read/segments.ts';
import { storedCallSchema, type StoredCall } from './read-calls.ts';
import type { ResolvedCalls } from './resolve-calls.ts';

export interface StoredPage {
  rows: StoredCall[];
  /** Are there calls after these? */
  hasMore: boolean;
}

const pageEndSchema = z.array(z.object({ last: z.string().nullable(), calls: z.coerce.number() }));
const rowsSchema = z.array(storedCallSchema);

/** Reads a page of calls; in the order of time its end first. Throws as `refuseByCost` and `executeStatements` do. */
export async function executeCalls(
  database: Database<MetricsTables>,
  query: ResolvedCalls,
  segment: RowsSegment,
  { source, maxRowsRead, signal }: { source: MetricsSource; maxRowsRead: number; signal: AbortSignal }
): Promise<StoredPage> {
  const db = readOnly(database);
  const { dialect, columns } = source;
  const options = { dialect, idIsText: columns.id.kind === 'text', signal };
  const { by } = query.order;
  const end =
    by === 'start_time'
      ? pageEndSchema.parse(await runSelect(compilePageEnd(db, query, segment, options), options))[0]
      : null;
  if (end === undefined || end?.last === null) {
    return { rows: [], hasMore: false };
  }
  const select = compileCalls(db, query, segment, end?.last ?? null, options);
  if (by !== 'start_time') {
    // Every page sorts all calls of the range. In the order of time the index ends a page early, whatever is estimated.
    const otherWays = ['order by start_time'];
    await refuseByCost(database, [{ select }], { source, maxRowsRead, filters: query.filters, otherWays }, signal);
  }
  const rows = rowsSchema.parse(await runSelect(select, options));
  return {
    rows: rows.slice(0, query.limit),
    // Either of the two may know of more: between them calls are added, and old ones deleted.
    hasMore: rows.length > query.limit || (end?.calls ?? 0) > query.limit,
  };
}
