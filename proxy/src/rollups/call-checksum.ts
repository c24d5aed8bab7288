import { type Expression, type ExpressionBuilder, sql } from 'kysely';
import type { MetricsColumn, MetricsSource } from '../database/metrics-source.ts';
import type { MetricsTables } from '../database/tables.ts';
import { allDigits } from '../partials/partials.ts';

type Columns = ExpressionBuilder<MetricsTables, 'ai_metrics'>;

/** All that rollups are made of. */
const hashedColumns = [
  'id',
  'start_time',
  'end_time',
  'provider',
  'model_name',
  'total_time',
  'cost',
  'total_tokens',
  'prompt_tokens',
  'completion_tokens',
] as const satisfies readonly MetricsColumn[];

/**
 * A number per call that changes with any of its columns. To be added up, not XORed: CRCs are linear, so that under XOR
 * two calls that swap values would cancel each other out.
 */
export function callChecksum(columns: Columns, source: MetricsSource): Expression<number> {
  const values = hashedColumns.map((name) => textOf(name, columns, source));
  // CONCAT_WS leaves NULL out: which ones they are makes it differ from empty text, and from NULL in another column.
  const missing = hashedColumns
    .filter((name) => source.columns[name].nullable)
    .map((name) => sql`isnull(${columns.ref(name)})`);
  return sql<number>`crc32(concat_ws('#', ${sql.join([...values, ...missing])}))`;
}

function textOf(name: (typeof hashedColumns)[number], columns: Columns, { dialect, columns: types }: MetricsSource) {
  if (name === 'provider' || name === 'model_name') {
    return dialect.exactText(columns.ref(name));
  }
  return types[name].kind === 'float' ? allDigits(columns.ref(name)) : columns.ref(name);
}
