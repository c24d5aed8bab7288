import { type Expression, sql } from 'kysely';
import type { EngineDialect } from '../dialect.ts';

// TO_SECONDS('1970-01-01')
const epochInSeconds = 62_167_219_200;

/** What MySQL and MariaDB have in common. */
export const mysqlFamily = {
  onAbort: 'cancel query' as const,
  // Newer servers have a tree without the word.
  explain: (statement: Expression<unknown>) => sql<Record<string, unknown>>`explain format = traditional ${statement}`,
  nowMs: () => sql<number>`cast(floor(unix_timestamp(now(3)) * 1000) as signed)`,
  // TO_SECONDS reads DATETIME and TIMESTAMP alike, needs no zone tables and has no limit in 2038.
  wallSeconds: (column: Expression<unknown>) => sql<number>`to_seconds(${column}) - ${epochInSeconds}`,
  floorDivide: (dividend: Expression<number>, divisor: number) => sql<number>`(${dividend}) div ${divisor}`,
  ceil: (value: Expression<number>) => sql<number>`cast(ceil(${value}) as signed)`,
  // Text as it is would be compared with numbers as a DOUBLE.
  exactDecimal: (text: string) => sql<number>`cast(${text} as decimal(65, 30))`,
  // DECIMAL is added exactly; DOUBLE is added as it is.
  sumCost: (column: Expression<unknown>) => sql<string | null>`sum(${column})`,
  // Bounded by group_concat_max_len, which every connection sets.
  joinPairs: (a: Expression<unknown>, b: Expression<unknown>) =>
    sql<string | null>`group_concat(concat(${a}, ':', ${b}))`,
  costSumScale: 0,
  millisecondsBetween: (from: Expression<unknown>, to: Expression<unknown>) =>
    sql<number>`timestampdiff(microsecond, ${from}, ${to}) / 1000`,
} satisfies Partial<EngineDialect>;

/** Sets how long a statement waits for rows or tables that others hold: in whole seconds, and never 0. */
export function lockTimeLimit(seconds: number): string {
  const whole = String(Math.max(1, Math.ceil(seconds)));
  return `set session innodb_lock_wait_timeout = ${whole}, lock_wait_timeout = ${whole}`;
}
