import type { Kysely } from 'kysely';
import type { Database } from '../database/open-database.ts';
import { declaredType, readTableColumns } from '../database/table-columns.ts';
import type { MetricsTables } from '../database/tables.ts';
import { userColumns } from './users.ts';

// A SHA-256 in hex.
const hashCharacters = 64;

/** Why nobody could sign in by the table `users` as it is; empty if it will do. */
export async function usersTableProblems(database: Database<MetricsTables>): Promise<string[]> {
  const { engine } = await database.dialect();
  const columns = await readTableColumns(database.kysely as unknown as Kysely<unknown>, engine, 'users');
  if (columns.length === 0) {
    return ['There is no table users that this account may read (npm run schema prints its DDL)'];
  }
  const missing = userColumns.filter((name) => !columns.some((column) => column.name === name));
  const hash = columns.find(({ name }) => name === 'password_hash');
  const isNarrow = hash !== undefined && hash.characters !== null && hash.characters < hashCharacters;
  return [
    ...missing.map((name) => `users has no column ${name} that this account may read`),
    ...(isNarrow ? [`users.password_hash is ${declaredType(hash)}: a SHA-256 in hex has 64 characters`] : []),
  ];
}
