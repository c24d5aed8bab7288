import { sql } from 'kysely';
import { z } from 'zod';
import type { MetricsSource } from '../database/metrics-source.ts';
import { type Database, readOnly } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { ApiError } from '../errors.ts';
import { singleBucket } from './windows/buckets.ts';
import { rangeAndFilters } from './read/compile.ts';
import { dimensions, noneLabel } from './dimensions/dimensions.ts';
import { runSelect } from './read/execute.ts';
import { type ResolvedFilter, resolveFilters } from './resolve/resolve-filters.ts';
import { type QueryContext, resolveRange } from './resolve/resolve-range.ts';
import type { Filter } from './model/schema.ts';

export interface DimensionValuesRequest {
  dimension: string;
  /** Only values that contain this text, byte for byte. */
  search: string;
  filters: Filter[];
  /** At most this many values. */
  limit: number;
}

/** Values in the order of their text; `truncated` if there are more. */
export interface DimensionValues {
  values: string[];
  truncated: boolean;
}

// A name that no real table has, for the reason given in compile.ts.
const alias = 'aitoys_value';
const rowsSchema = z.array(z.object({ [alias]: z.string().nullable() }));

/** The values of a dimension in a time range. Throws `not_found` for an unknown dimension, else as a query does. */
export async function readDimensionValues(
  database: Database<MetricsTables>,
  source: MetricsSource,
  request: DimensionValuesRequest,
  context: QueryContext,
  signal: AbortSignal
): Promise<DimensionValues> {
  const column = dimensions.find(({ name }) => name === request.dimension)?.name;
  if (column === undefined) {
    throw new ApiError(
      'not_found',
      `No dimension "${request.dimension}"; there are ${dimensions.map((d) => d.name).join(', ')}`
    );
  }
  const { from, to } = resolveRange(context);
  const searched: ResolvedFilter[] =
    request.search === '' ? [] : [{ type: 'text', column, operator: 'contains', values: [request.search] }];
  const filters = [...resolveFilters(request.filters, context.limits), ...searched];
  const { wallFrom, wallTo } = singleBucket(source.startTimeZone, from, to);
  const { dialect } = source;
  const select = readOnly(database)
    .selectFrom('ai_metrics')
    .select((columns) => sql<string | null>`${dialect.exactText(columns.ref(column))}`.as(alias))
    .where((columns) => rangeAndFilters(filters, { source: 'raw', wallFrom, wallTo }, columns, dialect))
    .groupBy(sql.ref(alias))
    .orderBy(sql.ref(alias))
    // One more to find out whether there are more; NULL, empty text and the text (none) itself are one value.
    .limit(request.limit + 3);
  const rows = rowsSchema.parse(await runSelect(select, { signal, dialect }));
  const values = [
    ...new Set(rows.map(({ [alias]: value }) => (value === null || value === '' ? noneLabel : value))),
  ].sort();
  return { values: values.slice(0, request.limit), truncated: values.length > request.limit };
}
