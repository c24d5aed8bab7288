import type { Expression, RawBuilder } from 'kysely';

export type Engine = 'mysql' | 'mariadb' | 'sqlite';

/** What differs between engines. One small file each in `dialects/`; everything else is the same SQL. */
export interface EngineDialect {
  engine: Engine;
  /** Statements for each new connection, so that no statement on it runs longer than `seconds` on the server. */
  timeLimit(seconds: number): string[];
  /** What becomes of a running statement whose caller went away. */
  onAbort: 'cancel query' | 'ignore query';
  /**
   * Asks how the server would run a statement, without running it: a row per table, with its name as `table`, the index as
   * `key`, and as `rows` about how many rows it would read. Null where the engine can't tell.
   */
  explain: ((statement: Expression<unknown>) => RawBuilder<Record<string, unknown>>) | null;
  /** ms since 1970 by the database's own clock. */
  nowMs(): RawBuilder<number>;
  /** Whole seconds since 1970 of a stored date and time, read as if it were UTC. */
  wallSeconds(column: Expression<unknown>): RawBuilder<number>;
  /** ⌊dividend / divisor⌋ of two whole numbers ≥ 0. */
  floorDivide(dividend: Expression<number>, divisor: number): RawBuilder<number>;
  /** ⌈value⌉ as a whole number. */
  ceil(value: Expression<number>): RawBuilder<number>;
  /** The collation of text that compares byte for byte. */
  exactCollation: string;
  /** Text that compares and groups byte for byte, whatever the column's collation says. */
  exactText(column: Expression<string | null>): RawBuilder<string | null>;
  /** A decimal number, given as text, that compares with columns digit by digit: up to 35 before the point and 30 after it. */
  exactDecimal(text: string): RawBuilder<number>;
  /** All pairs of a group as `a:b` with commas between them; pairs without an `a` are left out. */
  joinPairs(a: Expression<unknown>, b: Expression<unknown>): RawBuilder<string | null>;
  /** Exact sum of costs as a decimal number, to be multiplied by 10^-`costSumScale`. */
  sumCost(column: Expression<unknown>): RawBuilder<string | number | null>;
  costSumScale: number;
  /** Absolute difference of two stored times in ms. */
  millisecondsBetween(from: Expression<unknown>, to: Expression<unknown>): RawBuilder<number>;
}
