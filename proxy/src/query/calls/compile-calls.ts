import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, sql, type SqlBool } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { EngineDialect } from '../../database/dialect.ts';
import type { MetricsTables } from '../../database/tables.ts';
import { callColumns } from './call-columns.ts';
import { rangeAndFilters } from '../read/compile.ts';
import { allDigits } from '../../partials/partials.ts';
import type { RowsSegment } from '../read/segments.ts';
import type { ResolvedCalls } from './resolve-calls.ts';

type Columns = ExpressionBuilder<MetricsTables, 'ai_metrics'>;
type Select = SelectQueryBuilder<MetricsTables, 'ai_metrics', Record<string, unknown>>;

export interface CompileCallsOptions {
  dialect: EngineDialect;
  /** Ids that are text have an order of their own. */
  idIsText: boolean;
}

/**
 * Looks at a page and one more call, in the order of time: the `start_time` of the last one as `last`, their number as
 * `calls`. The index on `start_time` answers this. It does not have calls of the same time in the order of their ids, so
 * that a page itself, asked for without this bound, would sort the whole range.
 */
export function compilePageEnd(
  db: ReadonlyKysely<MetricsTables>,
  query: ResolvedCalls,
  segment: RowsSegment,
  options: CompileCallsOptions
): Select {
  const { direction } = query.order;
  const times = db
    .selectFrom('ai_metrics')
    // `provider` only keeps MySQL from the index on (monitor_id, start_time), which it would read and sort as a whole.
    .select(['start_time', 'provider'])
    .where((columns) => remainingCalls(query, segment, columns, options))
    .orderBy('start_time', direction)
    .limit(query.limit + 1);
  return db
    .selectFrom(times.as('times'))
    .select([
      (direction === 'desc' ? sql`min(start_time)` : sql`max(start_time)`).as('last'),
      sql`count(*)`.as('calls'),
    ]) as unknown as Select;
}

/**
 * The calls of a page and one more, which tells whether there is a next page. `last` is what `compilePageEnd` found; null
 * in another order than that of time.
 */
export function compileCalls(
  db: ReadonlyKysely<MetricsTables>,
  query: ResolvedCalls,
  segment: RowsSegment,
  last: string | null,
  options: CompileCallsOptions
): Select {
  const { by, direction } = query.order;
  return (
    db
      .selectFrom('ai_metrics')
      .select((columns) =>
        callColumns.map((column) =>
          (column.type === 'number' ? allDigits(columns.ref(column.name)) : sql`${columns.ref(column.name)}`).as(
            column.name
          )
        )
      )
      .where((columns) =>
        columns.and([
          remainingCalls(query, segment, columns, options),
          ...(last === null ? [] : [columns('start_time', direction === 'desc' ? '>=' : '<=', last)]),
        ])
      )
      // Calls without a value are the last ones in both directions.
      .$if(by !== 'start_time', (select) => select.orderBy((columns) => columns(by, 'is', null)))
      .orderBy((columns) => orderValue(query, columns), direction)
      .orderBy((columns) => orderId(columns, options), direction)
      .limit(query.limit + 1)
  );
}

function remainingCalls(
  query: ResolvedCalls,
  segment: RowsSegment,
  columns: Columns,
  options: CompileCallsOptions
): Expression<SqlBool> {
  const inQuestion = rangeAndFilters(query.filters, segment, columns, options.dialect);
  return query.after === null
    ? inQuestion
    : columns.and([inQuestion, comesAfter(query, query.after, columns, options)]);
}

/** The calls after another one in the order of value and id. */
function comesAfter(
  query: ResolvedCalls,
  after: NonNullable<ResolvedCalls['after']>,
  columns: Columns,
  options: CompileCallsOptions
): Expression<SqlBool> {
  const { by, direction } = query.order;
  const beyond = direction === 'desc' ? sql`<` : sql`>`;
  const value = orderValue(query, columns);
  const laterId = sql<SqlBool>`${orderId(columns, options)} ${beyond} ${idLiteral(after.id, options)}`;
  if (after.value === null) {
    return columns.and([columns(by, 'is', null), laterId]);
  }
  const known = by === 'start_time' ? sql`${after.value}` : numberLiteral(after.value, options.dialect);
  // In this form the bounds of an index are plain to see.
  const later = sql<SqlBool>`(${value} ${beyond}= ${known} and (${value} ${beyond} ${known} or ${laterId}))`;
  return by === 'start_time' ? later : columns.or([later, columns(by, 'is', null)]);
}

function orderValue({ order: { by } }: ResolvedCalls, columns: Columns): Expression<unknown> {
  // A FLOAT equals no number that can be written; a product of it is a DOUBLE, which equals what it is written as.
  return by === 'start_time' ? columns.ref(by) : allDigits(columns.ref(by));
}

function orderId(columns: Columns, { dialect, idIsText }: CompileCallsOptions): Expression<unknown> {
  return idIsText ? dialect.exactText(columns.ref('id')) : columns.ref('id');
}

function idLiteral(id: string | number, { dialect, idIsText }: CompileCallsOptions): Expression<unknown> {
  return idIsText ? sql`${String(id)}` : numberLiteral(id, dialect);
}

// What came as text has more digits than a float64, or may have.
function numberLiteral(value: string | number, dialect: EngineDialect): Expression<unknown> {
  return typeof value === 'number' ? sql`${value}` : dialect.exactDecimal(value);
}
