import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/open-database.ts';
import { declaredType, readTableColumns } from '../database/table-columns.ts';
import type { MetricsTables } from '../database/tables.ts';
import { argon2idCharacters } from './argon2id.ts';
import { userColumns } from './users.ts';

// A SHA-256 in hex.
const hashCharacters = 64;

// Command denied for a table (1142) or for a column (1143), and a view that can't be written to (1288).
const notWritable = new Set([1142, 1143, 1288]);

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

/** What PASSWORD_REHASH means for the table `users` as it is: what it does to other applications, and why it does nothing. */
export async function rehashNotices(database: Database<MetricsTables>): Promise<string[]> {
  const { engine } = await database.dialect();
  const columns = await readTableColumns(database.kysely as unknown as Kysely<unknown>, engine, 'users');
  const hash = columns.find(({ name }) => name === 'password_hash');
  const obstacles: string[] = [];
  if (hash !== undefined && hash.characters !== null && hash.characters < argon2idCharacters) {
    const needed = `an argon2id hash has ${String(argon2idCharacters)} characters`;
    obstacles.push(`users.password_hash is ${declaredType(hash)}: ${needed}`);
  }
  if (hash !== undefined && engine !== 'sqlite' && !(await canUpdate(database))) {
    obstacles.push('this account may not UPDATE users.password_hash');
  }
  return [
    'Passwords are hashed anew with argon2id: other applications that check SHA-256 lock out whoever signs in here',
    ...obstacles.map((obstacle) => `No password is hashed anew: ${obstacle}`),
  ];
}

/** Asked by a statement that needs the right and finds no row. */
async function canUpdate({ kysely }: Database<MetricsTables>): Promise<boolean> {
  try {
    await kysely
      .updateTable('users')
      .set((builder) => ({ password_hash: builder.ref('password_hash') }))
      .where(sql<boolean>`1 = 0`)
      .execute();
    return true;
  } catch (error) {
    if (notWritable.has(Number((error as { errno?: unknown }).errno))) {
      return false;
    }
    throw error;
  }
}
