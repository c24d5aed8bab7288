import { type AliasedExpression, type Expression, type ExpressionBuilder, sql } from 'kysely';
import type { EngineDialect } from '../database/dialect.ts';
import type { MetricsTables } from '../database/tables.ts';
import { partialDefinition } from '../partials/partials.ts';
import { sketchKey } from '../partials/sketch-index.ts';
import { type CallRow, packedSeparator } from './call-rows.ts';
import { sketchNames, storedPartials } from './page-codec.ts';
import { baseTier } from './tiers.ts';

type Columns = ExpressionBuilder<MetricsTables, 'ai_metrics'>;

/** What calls of a cell have in common. Names that no real table has: in GROUP BY its columns would come first. */
export const keyNames = ['aitoys_cell', 'aitoys_provider', 'aitoys_model_name'] as const satisfies (keyof CallRow)[];

// Whole cells, and more than there are from year 0 to 1970: a quotient of a negative number would be cut off, not floored.
const cellsBeforeEpoch = 2_000_000_000;

// No stored partial depends on a question's parameters.
const unused = { slowMs: 0 };

/** Which cell a call is in, and of which group. */
export function keyColumns(
  columns: Columns,
  dialect: EngineDialect
): [
  AliasedExpression<string | number | null, 'aitoys_cell'>,
  AliasedExpression<string | null, 'aitoys_provider'>,
  AliasedExpression<string | null, 'aitoys_model_name'>,
] {
  return [
    sql<string | number | null>`${cellNumber(columns, dialect)}`.as('aitoys_cell'),
    dialect.exactText(columns.ref('provider')).as('aitoys_provider'),
    dialect.exactText(columns.ref('model_name')).as('aitoys_model_name'),
  ];
}

function cellNumber(columns: Columns, dialect: EngineDialect): Expression<number> {
  const seconds = dialect.wallSeconds(columns.ref('start_time'));
  const shift = cellsBeforeEpoch * baseTier.seconds;
  return sql<number>`${dialect.floorDivide(sql<number>`${seconds} + ${shift}`, baseTier.seconds)} - ${cellsBeforeEpoch}`;
}

/**
 * `first`, then each stored partial of the calls of a cell, then the bucket of each call per sketch. One text instead of
 * dozens of columns, which the driver would make values of one by one: that is most of the work.
 */
export function packedColumn(
  columns: Columns,
  dialect: EngineDialect,
  first: readonly Expression<unknown>[]
): AliasedExpression<string, 'aitoys_packed'> {
  const values = [
    ...first,
    ...storedPartials.map((name) => partialDefinition(name).sql(columns, dialect, unused)),
    ...sketchNames.map((name) => sql`group_concat(${sketchKey(name, columns, dialect)})`),
  ];
  return sql<string>`concat_ws(${packedSeparator}, ${sql.join(values.map((value) => sql`ifnull(${value}, '')`))})`.as(
    'aitoys_packed'
  );
}
