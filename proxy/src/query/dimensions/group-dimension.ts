import type { ExpressionBuilder, RawBuilder } from 'kysely';
import type { EngineDialect } from '../../database/dialect.ts';
import type { MetricsTables } from '../../database/tables.ts';

/** Something that calls are grouped by: how SQL computes a call's key, and what an answer makes of keys. */
export interface GroupDimension {
  name: string;
  label: string;
  description: string;
  /** It may have so many values that a question grouped by it has to say which it wants. */
  needsTop: boolean;
  /** How many labels there are; null where there may be any number. */
  size: number | null;
  /** Does a call's key depend on the zone of the question? */
  zoned: boolean;
  key: (columns: ExpressionBuilder<MetricsTables, 'ai_metrics'>, context: KeyContext) => RawBuilder<unknown>;
  /** Of a key as drivers return it. */
  labelOf: (key: string | number | bigint | null) => string;
  /** The order of two labels, as in `sort`. */
  compare: (a: string, b: string) => number;
}

/** What a key may depend on: the time range `[from, to)` that is read, in ms since 1970, and the zones of a question. */
export interface KeyContext {
  dialect: EngineDialect;
  zone: string;
  storedZone: string;
  from: number;
  to: number;
  /** The labels that are answered by themselves, where only some are: all others are one. */
  kept: readonly string[] | null;
}
