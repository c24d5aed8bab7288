import { z } from 'zod';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { MetricsTables } from '../../database/tables.ts';
import { compileCalls, type CompileCallsOptions, compilePageEnd } from './compile-calls.ts';
import { runSelect } from '../read/execute.ts';
import type { RowsSegment } from '../read/segments.ts';
import { storedCallSchema, type StoredCall } from './read-calls.ts';
import type { ResolvedCalls } from './resolve-calls.ts';

export interface StoredPage {
  rows: StoredCall[];
  /** Are there calls after these? */
  hasMore: boolean;
}

const pageEndSchema = z.tuple([z.object({ last: z.string().nullable(), calls: z.coerce.number() })]);
const rowsSchema = z.array(storedCallSchema);

/** Reads a page of calls; in the order of time its end first. Throws as `executeStatements` does. */
export async function executeCalls(
  db: ReadonlyKysely<MetricsTables>,
  query: ResolvedCalls,
  segment: RowsSegment,
  options: CompileCallsOptions & { signal: AbortSignal }
): Promise<StoredPage> {
  const end =
    query.order.by === 'start_time'
      ? pageEndSchema.parse(await runSelect(compilePageEnd(db, query, segment, options), options))[0]
      : null;
  if (end?.last === null) {
    return { rows: [], hasMore: false };
  }
  const select = compileCalls(db, query, segment, end?.last ?? null, options);
  const rows = rowsSchema.parse(await runSelect(select, options));
  return {
    rows: rows.slice(0, query.limit),
    // Either of the two may know of more: between them calls are added, and old ones deleted.
    hasMore: rows.length > query.limit || (end?.calls ?? 0) > query.limit,
  };
}
