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

// The largest prime that, times a CRC, fits into a BIGINT UNSIGNED.
const weights = 2_147_483_629;

/**
 * A number per call that changes with any of its columns, to be added up. Weighted by the id, because CRCs are linear:
 * two calls that swap values would often cancel each other out, and always under XOR.
 */
export function callChecksum(columns: Columns, source: MetricsSource): Expression<number> {
  const values = hashedColumns.map((name) => textOf(name, columns, source));
  // CONCAT_WS leaves NULL out: which ones they are makes it differ from empty text, and from NULL in another column.
  const missing = hashedColumns
    .filter((name) => source.columns[name].nullable)
    .map((name) => sql`isnull(${columns.ref(name)})`);
  const crc = sql`crc32(concat_ws('#', ${sql.join([...values, ...missing])}))`;
  return sql<number>`${crc} * (abs(${columns.ref('id')} % ${weights}) + 1)`;
}

function textOf(name: (typeof hashedColumns)[number], columns: Columns, { dialect, columns: types }: MetricsSource) {
  if (name === 'provider' || name === 'model_name') {
    return dialect.exactText(columns.ref(name));
  }
  return types[name].kind === 'float' ? allDigits(columns.ref(name)) : columns.ref(name);
}
