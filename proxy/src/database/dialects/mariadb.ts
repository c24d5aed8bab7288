import { type Expression, sql } from 'kysely';
import type { EngineDialect } from '../dialect.ts';
import { lockTimeLimit, mysqlFamily } from './mysql-family.ts';

export const mariadbDialect: EngineDialect = {
  ...mysqlFamily,
  engine: 'mariadb',
  timeLimit: (seconds) => [`set session max_statement_time = ${String(seconds)}`, lockTimeLimit(seconds)],
  exactCollation: 'utf8mb4_nopad_bin',
  exactText: (column: Expression<string | null>) =>
    sql<string | null>`convert(${column} using utf8mb4) collate utf8mb4_nopad_bin`,
};
