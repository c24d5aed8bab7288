import { type Expression, type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { EngineDialect } from '../database/dialect.ts';
import type { MetricsTables } from '../database/tables.ts';
import type { SketchName } from './partials.ts';
import { sketchGamma, zeroBucket } from './sketch.ts';

const sketchColumns = { latency: 'total_time', cost: 'cost' } as const;

/** In SQL the index of the sketch's bucket that a value above 0 falls into. */
export function sketchIndex(value: Expression<number | string | null>, dialect: EngineDialect): RawBuilder<number> {
  // Not divided by the number itself, which the servers would read as DECIMAL and convert for every row.
  return dialect.ceil(sql<number>`ln(${value}) / ln(${sketchGamma})`);
}

/** In SQL the index of the sketch's bucket that a call falls into; NULL where the sketch leaves it out. */
export function sketchKey(
  sketch: SketchName,
  columns: ExpressionBuilder<MetricsTables, 'ai_metrics'>,
  dialect: EngineDialect
): Expression<number | null> {
  const value = columns.ref(sketchColumns[sketch]);
  const index = sketchIndex(value, dialect);
  return sql<number | null>`case when ${value} > 0 then ${index} when ${value} = 0 then ${zeroBucket} end`;
}
