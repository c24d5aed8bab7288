import { type Expression, sql } from 'kysely';
import type { EngineDialect } from '../dialect.ts';
import { lockTimeLimit, mysqlFamily } from './mysql-family.ts';

export const mysqlDialect: EngineDialect = {
  ...mysqlFamily,
  engine: 'mysql',
  // It stops SELECT only.
  timeLimit: (seconds) => [
    `set session max_execution_time = ${String(Math.ceil(seconds * 1000))}`,
    lockTimeLimit(seconds),
  ],
  // utf8mb4_bin would pad: 'a' = 'a '. Only the 0900 collations compare trailing spaces.
  exactCollation: 'utf8mb4_0900_bin',
  exactText: (column: Expression<string | null>) =>
    sql<string | null>`convert(${column} using utf8mb4) collate utf8mb4_0900_bin`,
};
