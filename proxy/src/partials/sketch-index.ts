import { type Expression, type RawBuilder, sql } from 'kysely';
import type { EngineDialect } from '../database/dialect.ts';
import { sketchGamma } from './sketch.ts';

/** In SQL the index of the sketch's bucket that a value above 0 falls into. */
export function sketchIndex(value: Expression<number | string | null>, dialect: EngineDialect): RawBuilder<number> {
  // Not divided by the number itself, which the servers would read as DECIMAL and convert for every row.
  return dialect.ceil(sql<number>`ln(${value}) / ln(${sketchGamma})`);
}
