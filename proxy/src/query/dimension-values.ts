import { sql } from 'kysely';
import { z } from 'zod';
import { readOnly } from '../database/open-database.ts';
import { ApiError } from '../errors.ts';
import { type BucketGrid, singleBucket } from './windows/buckets.ts';
import type { Window } from './windows/windows.ts';
import { rangeAndFilters } from './read/compile.ts';
import { type DimensionName, dimensions, noneLabel } from './dimensions/dimensions.ts';
import { groupDimensions } from './dimensions/group-dimensions.ts';
import type { QueryEnvironment } from './query-environment.ts';
import { readGroups } from './read/read-groups.ts';
import { defaultSlowMs } from './resolve/resolve-metrics.ts';
import { runSelect } from './read/execute.ts';
import { refuseByCost } from './read/refuse-by-cost.ts';
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
  environment: QueryEnvironment,
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
  const grid = singleBucket(environment.source.startTimeZone, from, to);
  const values =
    column === 'monitor_id'
      ? await readColumn(environment, column, filters, grid, request.limit, signal)
      : await readLabels(environment, column, filters, { from, to, grid }, signal);
  const sorted = [...new Set(values)].sort();
  return { values: sorted.slice(0, request.limit), truncated: sorted.length > request.limit };
}

/** Of a dimension that rollups may know. */
async function readLabels(
  environment: QueryEnvironment,
  name: DimensionName,
  filters: ResolvedFilter[],
  range: Pick<Window, 'from' | 'to' | 'grid'>,
  signal: AbortSignal
): Promise<string[]> {
  const { startTimeZone } = environment.source;
  const question = {
    groupBy: groupDimensions.filter((dimension) => dimension.name === name),
    filters,
    parameters: { slowMs: defaultSlowMs, budget: null },
    zone: 'UTC',
    storedZone: startTimeZone,
  };
  const window: Window = { ...range, name: 'range', period: 0, positions: [0], metrics: [] };
  const { groups } = await readGroups(environment, question, [window], null, signal);
  return groups.flatMap(({ labels }) => labels);
}

async function readColumn(
  { database, source, maxRowsRead }: QueryEnvironment,
  column: DimensionName,
  filters: readonly ResolvedFilter[],
  { wallFrom, wallTo }: BucketGrid,
  limit: number,
  signal: AbortSignal
): Promise<string[]> {
  const { dialect } = source;
  const select = readOnly(database)
    .selectFrom('ai_metrics')
    .select((columns) => sql<string | null>`${dialect.exactText(columns.ref(column))}`.as(alias))
    .where((columns) => rangeAndFilters(filters, { source: 'raw', wallFrom, wallTo }, columns, dialect))
    .groupBy(sql.ref(alias))
    .orderBy(sql.ref(alias))
    // One more to find out whether there are more; NULL, empty text and the text (none) itself are one value.
    .limit(limit + 3);
  await refuseByCost(database, [{ select }], { source, maxRowsRead, filters, otherWays: [] }, signal);
  const rows = rowsSchema.parse(await runSelect(select, { signal, dialect }));
  return rows.map(({ [alias]: value }) => (value === null || value === '' ? noneLabel : value));
}
