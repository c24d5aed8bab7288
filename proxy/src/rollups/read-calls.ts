import { type AbortableQueryOptions, type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import type { MetricsSource } from '../database/metrics-source.ts';
import { abortable, type Database, readOnly } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { callChecksum } from './call-checksum.ts';
import { keyColumns, keyNames, packedColumn } from './call-columns.ts';
import { type CallRow, createContentReader } from './call-rows.ts';
import type { Content } from './content.ts';
import { createPauses } from './pauses.ts';

/** Calls whose ids are in `(afterId, toId]`; null: from the first one. */
export interface IdRange {
  afterId: bigint | null;
  toId: bigint;
}

/** A sketch comes as the buckets of single calls, of up to nine characters each, within group_concat_max_len. */
const callsPerStatement = 25_000;

type Columns = ExpressionBuilder<MetricsTables, 'ai_metrics'>;

/** What is known of the calls of a range. Statements end when `signal` aborts, which throws its reason. */
export async function readCalls(
  database: Database<MetricsTables>,
  source: MetricsSource,
  range: IdRange,
  signal: AbortSignal
): Promise<Content> {
  const { content, addRow } = createContentReader(source.dialect.costSumScale);
  const pauses = createPauses();
  let rows = readRows(database, source, await firstPiece(database, range, signal), signal);
  for (;;) {
    const { piece, found } = await rows;
    const isLast = piece.toId === range.toId;
    if (!isLast) {
      // The server works on the next piece while this one is read.
      rows = readRows(
        database,
        source,
        await firstPiece(database, { afterId: piece.toId, toId: range.toId }, signal),
        signal
      );
      // Awaited in a moment: until then a failure is not an unhandled one.
      rows.catch(() => undefined);
    }
    for (const row of found) {
      addRow(row);
      if (pauses.isDue()) {
        await pauses.take();
      }
    }
    if (isLast) {
      return content;
    }
  }
}

/** How many calls there are in a range, and their checksum: that of `readCalls`, for a fraction of its work. */
export async function readChecksum(
  database: Database<MetricsTables>,
  source: MetricsSource,
  range: IdRange,
  signal: AbortSignal
): Promise<Pick<Content, 'calls' | 'checksum'>> {
  const select = readOnly(database)
    .selectFrom('ai_metrics')
    .select((columns) => [columns.fn.countAll().as('calls'), sql`sum(${callChecksum(columns, source)})`.as('checksum')])
    .where((columns) => inRange(columns, range));
  return checksumSchema.parse(await one(select, database, signal));
}

// DECIMAL and BIGINT come as text.
const wholeNumber = z.union([z.string(), z.number(), z.bigint()]).transform((value) => BigInt(value));

const checksumSchema = z.object({
  calls: wholeNumber.transform(Number),
  checksum: wholeNumber.nullable().transform((sum) => sum ?? 0n),
});

/** The greatest id there is; null without calls. */
export async function readMaxId(database: Database<MetricsTables>, signal: AbortSignal): Promise<bigint | null> {
  const select = readOnly(database)
    .selectFrom('ai_metrics')
    .select(({ fn }) => fn.max('id').as('id'));
  return readId(await one(select, database, signal));
}

/** The id of the `calls`-th call after `afterId`; null where there are fewer. */
export async function endOfBlock(
  database: Database<MetricsTables>,
  afterId: bigint | null,
  calls: number,
  signal: AbortSignal
): Promise<bigint | null> {
  const select = readOnly(database)
    .selectFrom('ai_metrics')
    .select('id')
    .where((columns) => columns.and(afterId === null ? [] : [isAfter(columns, afterId)]))
    .orderBy('id')
    .limit(1)
    .offset(calls - 1);
  return readId(await one(select, database, signal));
}

const idSchema = z.object({ id: wholeNumber.nullable() }).optional();

function readId(row: unknown): bigint | null {
  return idSchema.parse(row)?.id ?? null;
}

async function firstPiece(
  database: Database<MetricsTables>,
  { afterId, toId }: IdRange,
  signal: AbortSignal
): Promise<IdRange> {
  if (afterId !== null && toId - afterId <= callsPerStatement) {
    return { afterId, toId };
  }
  const end = await endOfBlock(database, afterId, callsPerStatement, signal);
  return { afterId, toId: end === null || end > toId ? toId : end };
}

async function readRows(
  database: Database<MetricsTables>,
  source: MetricsSource,
  piece: IdRange,
  signal: AbortSignal
): Promise<{ piece: IdRange; found: CallRow[] }> {
  const select = readOnly(database)
    .selectFrom('ai_metrics')
    .select((columns) => [
      ...keyColumns(columns, source.dialect),
      packedColumn(columns, source.dialect, [sql`sum(${callChecksum(columns, source)})`]),
    ])
    .where((columns) => inRange(columns, piece))
    .groupBy(keyNames.map((name) => sql.ref(name)));
  return { piece, found: await all(select, database, signal) };
}

function inRange(columns: Columns, { afterId, toId }: IdRange): Expression<SqlBool> {
  const upTo = sql<SqlBool>`${columns.ref('id')} <= ${toId}`;
  return afterId === null ? upTo : columns.and([isAfter(columns, afterId), upTo]);
}

function isAfter(columns: Columns, id: bigint): Expression<SqlBool> {
  return sql<SqlBool>`${columns.ref('id')} > ${id}`;
}

interface Executable<Row> {
  execute: (options: AbortableQueryOptions) => Promise<Row[]>;
}

async function all<Row>(
  select: Executable<Row>,
  database: Database<MetricsTables>,
  signal: AbortSignal
): Promise<Row[]> {
  signal.throwIfAborted();
  return select.execute(await abortable(database, signal));
}

async function one<Row>(
  select: Executable<Row>,
  database: Database<MetricsTables>,
  signal: AbortSignal
): Promise<Row | undefined> {
  return (await all(select, database, signal))[0];
}
