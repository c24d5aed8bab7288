import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import type { EngineDialect } from '../../database/dialect.ts';
import type { MetricsTables } from '../../database/tables.ts';
import type { Group } from '../../rollups/content.ts';
import { noneLabel } from '../dimensions/dimensions.ts';
import type { ResolvedFilter } from '../resolve/resolve-filters.ts';

type Columns = ExpressionBuilder<MetricsTables, 'ai_metrics'>;
export type TextFilter = Extract<ResolvedFilter, { type: 'text' }>;

/** The condition for a filter. Text compares byte for byte; missing or empty text is the label `(none)`. */
export function filterCondition(filter: ResolvedFilter, columns: Columns, dialect: EngineDialect): Expression<SqlBool> {
  if (filter.type === 'number') {
    // A call without the value is left out of every comparison, `!=` too.
    return sql<SqlBool>`${columns.ref(filter.column)} ${comparison(filter.operator)} ${filter.value}`;
  }
  const [value = ''] = filter.values;
  const position = sql<number>`instr(${dialect.exactText(columns.ref(filter.column))}, ${value})`;
  switch (filter.operator) {
    case '=':
    case 'in':
      return hasOneOf(filter, columns, dialect);
    case '!=':
    case 'not in':
      return columns.not(hasOneOf(filter, columns, dialect));
    case 'starts with':
      return columns.or([sql<SqlBool>`${position} = 1`, ...isMissing(filter, columns, dialect)]);
    case 'contains':
      return columns.or([sql<SqlBool>`${position} > 0`, ...isMissing(filter, columns, dialect)]);
    default:
      throw new TypeError(`No text operator: ${filter.operator}`);
  }
}

/** Do calls of a provider and model pass all filters, which are of these two? */
export function matchesGroup(
  { filters }: { filters: readonly ResolvedFilter[] },
  { provider, modelName }: Group
): boolean {
  return filters.every(
    (filter) => filter.type === 'text' && matchesText(filter, filter.column === 'provider' ? provider : modelName)
  );
}

/** The same for a value at hand, as it is stored. */
function matchesText({ operator, values }: TextFilter, value: string | null): boolean {
  const [first = ''] = values;
  const asksMissing = values.includes(noneLabel) && (value === null || value === '');
  const isOneOf = asksMissing || (value !== null && values.includes(value));
  switch (operator) {
    case '=':
    case 'in':
      return isOneOf;
    case '!=':
    case 'not in':
      return !isOneOf;
    case 'starts with':
      return asksMissing || (value?.startsWith(first) ?? false);
    case 'contains':
      return asksMissing || (value?.includes(first) ?? false);
    default:
      throw new TypeError(`No text operator: ${operator}`);
  }
}

/** Never unknown (NULL), so that it can be negated. */
function hasOneOf(filter: TextFilter, columns: Columns, dialect: EngineDialect): Expression<SqlBool> {
  const column = columns.ref(filter.column);
  return columns.or([
    columns.and([
      columns(filter.column, 'is not', null),
      // The same in the column's own collation, for its index. Other text may not exist in the column's character set,
      // which is an error there.
      ...(filter.values.every(isAscii) ? [columns(filter.column, 'in', filter.values)] : []),
      sql<SqlBool>`${dialect.exactText(column)} in (${sql.join(filter.values)})`,
    ]),
    ...isMissing(filter, columns, dialect),
  ]);
}

/** Who asks for the label `(none)`, whole, means missing and empty text. */
function isMissing({ column, values }: TextFilter, columns: Columns, dialect: EngineDialect): Expression<SqlBool>[] {
  return values.includes(noneLabel)
    ? [sql<SqlBool>`${columns(column, 'is', null)}`, sql<SqlBool>`${dialect.exactText(columns.ref(column))} = ''`]
    : [];
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

const comparisons = { '=': sql`=`, '!=': sql`<>`, '>': sql`>`, '>=': sql`>=`, '<': sql`<`, '<=': sql`<=` };

function comparison(operator: keyof typeof comparisons) {
  return comparisons[operator];
}
