import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, sql, type SqlBool } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { EngineDialect } from '../../database/dialect.ts';
import { metricsColumns } from '../../database/metrics-source.ts';
import type { MetricsTables } from '../../database/tables.ts';
import type { BucketRule } from '../windows/buckets.ts';
import type { Labels } from '../dimensions/dimensions.ts';
import { filterCondition } from './filters.ts';
import type { GroupDimension } from '../dimensions/group-dimension.ts';
import { type PartialName, partialDefinition, sketchCount, type SketchName } from '../../partials/partials.ts';
import type { WindowPlan } from './plan.ts';
import { neededPartials, neededSketches, type Question } from './question.ts';
import { isRows, type RowsSegment } from './segments.ts';
import type { ResolvedFilter } from '../resolve/resolve-filters.ts';
import { sketchKey } from '../../partials/sketch-index.ts';
import type { Piece } from '../windows/stored-pieces.ts';
import { storedTimeCase } from '../windows/stored-time-case.ts';
import type { Window } from '../windows/windows.ts';
import { wallText } from '../../time/wall-text.ts';

type Columns = ExpressionBuilder<MetricsTables, 'ai_metrics'>;
type Select = SelectQueryBuilder<MetricsTables, 'ai_metrics', Record<string, unknown>>;

/** Names that no real table has: in GROUP BY a column of the table would come before a name of the statement. */
export const keyAliases = {
  bucket: 'aitoys_bucket',
  group: (index: number) => `aitoys_group_${String(index + 1)}`,
  sketchIndex: 'aitoys_sketch_index',
  sketch: 'aitoys_sketch',
};

/**
 * A statement and how to read its rows: the bucket's index (unless there is one bucket), a column per dimension, the
 * sketch as text where there is one, and a column for each partial.
 */
export interface Statement {
  select: Select;
  window: Window;
  groupBy: readonly GroupDimension[];
  sketch: SketchName | null;
  partials: PartialName[];
}

export interface CompileOptions {
  dialect: EngineDialect;
  /** One row more than this is read, to find out that there are too many. */
  maxRows: number;
  /** The groups that are answered by themselves, where they are known: other values of such dimensions come together. */
  kept: readonly Labels[] | null;
  /** Calls up to this id are in the rollups; null where there are none. */
  watermark: bigint | null;
}

const sketchBounds: Record<SketchName, PartialName[]> = {
  latency: ['latencyMin', 'latencyMax'],
  cost: ['costMin', 'costMax'],
};

/** The statements that read the rows of all windows of a question. */
export function compileRows(
  db: ReadonlyKysely<MetricsTables>,
  query: Question,
  plans: readonly WindowPlan[],
  options: CompileOptions
): Statement[] {
  return plans.flatMap(({ window, segments }) => {
    const rows = segments.filter(isRows);
    return rows.length === 0 ? [] : compileWindow(db, query, { window, rows }, options);
  });
}

interface WindowRows {
  window: Window;
  rows: RowsSegment[];
}

/**
 * The statements that read the rows of a window. Everything that the first sketch can carry comes in the same statement,
 * so that one pass over the rows answers most questions; each metric's value comes from one statement, hence one snapshot.
 */
function compileWindow(
  db: ReadonlyKysely<MetricsTables>,
  query: Question,
  part: WindowRows,
  options: CompileOptions
): Statement[] {
  const sketches = neededSketches(part.window);
  const partials = neededPartials(part.window);
  const [first = null, ...others] = sketches;
  const bounds = others.flatMap((sketch) => sketchBounds[sketch]);
  return [
    compileStatement(
      db,
      query,
      part,
      first,
      partials.filter((name) => !bounds.includes(name)),
      options
    ),
    ...others.map((sketch) => compileStatement(db, query, part, sketch, sketchBounds[sketch], options)),
  ];
}

function compileStatement(
  db: ReadonlyKysely<MetricsTables>,
  query: Question,
  { window, rows }: WindowRows,
  sketch: SketchName | null,
  partials: PartialName[],
  { dialect, maxRows, kept, watermark }: CompileOptions
): Statement {
  const { rule } = window.grid;
  const context = { dialect, zone: query.zone, storedZone: query.storedZone, from: window.from, to: window.to };
  const keys = [
    ...(rule.type === 'single' ? [] : [keyAliases.bucket]),
    ...query.groupBy.map((_, index) => keyAliases.group(index)),
  ];
  const needed = unique([...(sketch === null ? [] : [sketchCount(sketch)]), ...partials]);
  const cells = selectCalls(db, query.filters, rows, dialect, watermark).select((columns) => [
    ...(rule.type === 'single' ? [] : [sql<number>`${bucketIndex(rule, columns, dialect)}`.as(keyAliases.bucket)]),
    ...query.groupBy.map((dimension, index) =>
      dimension.key(columns, { ...context, kept: keptLabels(dimension, index, kept) }).as(keyAliases.group(index))
    ),
    ...(sketch === null ? [] : [sql`${sketchKey(sketch, columns, dialect)}`.as(keyAliases.sketchIndex)]),
    ...needed.map((name) => sql`${partialDefinition(name).sql(columns, dialect, query.parameters)}`.as(name)),
  ]) as Select;
  const select =
    sketch === null
      ? whole(db, groupedBy(cells, keys))
      : groupedBy(
          foldSketch(db, groupedBy(cells, [...keys, keyAliases.sketchIndex]), keys, sketch, needed, dialect),
          keys
        );
  return { select: select.limit(maxRows + 1), window, groupBy: query.groupBy, sketch, partials };
}

function keptLabels({ needsTop }: GroupDimension, index: number, kept: readonly Labels[] | null): string[] | null {
  return needsTop && kept !== null ? unique(kept.flatMap((labels) => labels[index] ?? [])) : null;
}

/** From a row per bucket of the sketch to a row per group: the sketch becomes one text, `index:count` with commas. */
function foldSketch(
  db: ReadonlyKysely<MetricsTables>,
  cells: Select,
  keys: string[],
  sketch: SketchName,
  partials: PartialName[],
  dialect: EngineDialect
): Select {
  const folded = { add: sql`sum`, min: sql`min`, max: sql`max` };
  return db
    .selectFrom(cells.as('cells'))
    .select([
      ...keys.map((key) => sql.ref(key).as(key)),
      dialect.joinPairs(sql.ref(keyAliases.sketchIndex), sql.ref(sketchCount(sketch))).as(keyAliases.sketch),
      ...partials.map((name) => sql`${folded[partialDefinition(name).merge]}(${sql.ref(name)})`.as(name)),
    ]) as unknown as Select;
}

/**
 * The same rows, from a statement around it, which is the place for a LIMIT: beside GROUP BY it makes MySQL and MariaDB
 * look up rows one by one through an index where reading the whole table is quicker, as if they could stop early.
 */
function whole(db: ReadonlyKysely<MetricsTables>, select: Select): Select {
  return db.selectFrom(select.as('answered')).selectAll() as unknown as Select;
}

function groupedBy(select: Select, keys: string[]): Select {
  return keys.length === 0 ? select : select.groupBy(keys.map((key) => sql.ref(key)));
}

/**
 * The calls of segments that a question is about. Those of several segments come as one table, so that they are of one
 * moment; each part of it finds its rows by an index of its own.
 */
function selectCalls(
  db: ReadonlyKysely<MetricsTables>,
  filters: readonly ResolvedFilter[],
  segments: readonly RowsSegment[],
  dialect: EngineDialect,
  watermark: bigint | null
) {
  const [first, ...others] = segments;
  if (first === undefined) {
    throw new TypeError('No segment to read');
  }
  const calls = (segment: RowsSegment) =>
    db.selectFrom('ai_metrics').where((columns) => rangeAndFilters(filters, segment, columns, dialect, watermark));
  if (others.length === 0) {
    return calls(first);
  }
  const all = others.reduce(
    (union, segment) => union.unionAll(calls(segment).select(metricsColumns)),
    calls(first).select(metricsColumns)
  );
  return db.selectFrom(all.as('ai_metrics')) as unknown as ReturnType<typeof calls>;
}

/** The rows of a segment that a question is about; a tail's are those above `watermark`, or all where there is none. */
export function rangeAndFilters(
  filters: readonly ResolvedFilter[],
  { source, wallFrom, wallTo }: RowsSegment,
  columns: Columns,
  dialect: EngineDialect,
  watermark: bigint | null = null
): Expression<SqlBool> {
  return columns.and([
    columns('start_time', '>=', wallText(wallFrom)),
    columns('start_time', '<', wallText(wallTo)),
    ...(source === 'tail' && watermark !== null ? [sql<boolean>`${columns.ref('id')} > ${watermark}`] : []),
    ...filters.map((filter) => filterCondition(filter, columns, dialect)),
  ]);
}

function bucketIndex(
  rule: Exclude<BucketRule, { type: 'single' }>,
  columns: Columns,
  dialect: EngineDialect
): Expression<number> {
  const time = columns.ref('start_time');
  switch (rule.type) {
    case 'fixed': {
      const index = (piece: Piece) =>
        'index' in piece
          ? sql<number>`${piece.index}`
          : dialect.floorDivide(sql<number>`${dialect.wallSeconds(time)} + ${piece.shiftSeconds}`, rule.widthSeconds);
      return storedTimeCase(
        rule.pieces.map((piece) => ({ below: piece.wallTo, value: index(piece) })),
        columns
      );
    }
    case 'listed':
      return storedTimeCase(
        rule.ends.map((end, position) => ({ below: end, value: sql<number>`${position}` })),
        columns
      );
    default:
      return rule satisfies never;
  }
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
