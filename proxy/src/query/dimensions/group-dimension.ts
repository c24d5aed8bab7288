import type { ExpressionBuilder, RawBuilder } from 'kysely';
import type { EngineDialect } from '../../database/dialect.ts';
import type { MetricsTables } from '../../database/tables.ts';
import type { Group } from '../../rollups/content.ts';

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
  /** Null where rollups don't know it. */
  rolledUp: RolledUpKey | null;
  /** Of a key as drivers return it. */
  labelOf: (key: string | number | bigint | null) => string;
  /** The order of two labels, as in `sort`. */
  compare: (a: string, b: string) => number;
}

/**
 * How a call's key is known from rollups: by the group that it is of, by the time of its cell, or by the bucket of its
 * duration in the sketch (null for calls that are in none).
 */
export type RolledUpKey =
  | { by: 'group'; key: (group: Pick<Group, 'provider' | 'modelName'>) => string | null }
  | { by: 'time'; clock: (range: KeyRange) => RolledUpClock }
  | { by: 'latency'; key: (bucket: number | null) => number | null };

/** Keys of stored times, in ms since 1970 as if they were UTC. */
export interface RolledUpClock {
  /** The times in `(wallFrom, wallTo)` at which the key changes, ascending. */
  cuts: (wallFrom: number, wallTo: number) => number[];
  keyAt: (wall: number) => number;
}

/** What a key may depend on. */
export interface KeyContext extends KeyRange {
  dialect: EngineDialect;
  /** The labels that are answered by themselves, where only some are: all others are one. */
  kept: readonly string[] | null;
}

/** The time range `[from, to)` that is read, in ms since 1970, and the zones of a question. */
export interface KeyRange {
  zone: string;
  storedZone: string;
  from: number;
  to: number;
}
