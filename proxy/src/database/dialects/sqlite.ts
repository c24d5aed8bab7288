import { type Expression, sql } from 'kysely';
import type { EngineDialect } from '../dialect.ts';

/** For the embedded demo only: no server, so no limit on the server either. */
export const sqliteDialect: EngineDialect = {
  engine: 'sqlite',
  timeLimit: () => [],
  // Statements run within the process, one after the other: there is nothing to interrupt.
  onAbort: 'ignore query',
  explain: null,
  nowMs: () => sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  wallSeconds: (column: Expression<unknown>) => sql<number>`unixepoch(${column})`,
  // Numbers are bound as REAL, so `/` alone would not cut off.
  floorDivide: (dividend, divisor) => sql<number>`cast(floor((${dividend}) / ${divisor}) as integer)`,
  ceil: (value) => sql<number>`cast(ceil(${value}) as integer)`,
  exactCollation: 'BINARY',
  exactText: (column) => sql<string | null>`${column}`,
  exactDecimal: (text) => sql<number>`cast(${text} as numeric)`,
  // SQLite has no DECIMAL: whole units of 10^-8, the scale of `cost`, are added as integers instead.
  sumCost: (column) => sql<string | number | null>`sum(cast(round(${column} * 100000000) as integer))`,
  joinPairs: (a, b) => sql<string | null>`group_concat(${a} || ':' || ${b})`,
  costSumScale: 8,
  millisecondsBetween: (from, to) => sql<number>`(unixepoch(${to}, 'subsec') - unixepoch(${from}, 'subsec')) * 1000`,
};
