import { sql } from 'kysely';
import { z } from 'zod';
import { abortable, type Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { storedId } from './stored-values.ts';

/** The longest login name and name, in characters as the columns count them. */
export const maxNameCharacters = 64;

/** A person as the API shows him, without the hash. Only system users are ever shown. */
export interface SystemUser {
  id: string;
  login_name: string;
  user_name: string;
  user_type: 1;
  status: 1;
}

const userRowSchema = z.object({
  id: storedId,
  login_name: z.string(),
  password_hash: z.string().nullable(),
  user_name: z.string().nullable(),
  user_type: z.unknown(),
  status: z.unknown(),
});

/** A row of `users` that was read and not yet judged. */
export type UserRow = z.infer<typeof userRowSchema>;

export const userColumns = ['id', 'login_name', 'password_hash', 'user_name', 'user_type', 'status'] as const;

// A collation may call many names equal (general_ci: all emoji). More than these are nobody's real names.
export const maxCandidates = 50;

// MySQL and MariaDB 1267, MySQL 3854: the column's character set can't hold this text, so no name there is equal to it.
const foreignText = new Set([1267, 3854]);

/** At most `maxCandidates + 1` users whose names the database calls equal to `loginName`: not yet the same name. */
export async function findCandidates(
  database: Database<MetricsTables>,
  loginName: string,
  signal?: AbortSignal
): Promise<UserRow[]> {
  try {
    const rows = await database.kysely
      .selectFrom('users')
      .select(userColumns)
      .where('login_name', '=', loginName)
      .orderBy('id')
      .limit(maxCandidates + 1)
      .execute(await abortable(database, signal));
    return rows.map((row) => userRowSchema.parse(row));
  } catch (error) {
    if (foreignText.has(Number((error as { errno?: unknown }).errno))) {
      return [];
    }
    throw error;
  }
}

/** The user as he is now, or null. */
export async function findUser(
  database: Database<MetricsTables>,
  id: string,
  signal?: AbortSignal
): Promise<UserRow | null> {
  const row = await database.kysely
    .selectFrom('users')
    .select(userColumns)
    // As a number: compared with text, MySQL would compare both as float64.
    .where('id', '=', sql<string>`${BigInt(id)}`)
    .executeTakeFirst(await abortable(database, signal));
  const user = row === undefined ? null : userRowSchema.parse(row);
  return user?.id === id ? user : null;
}

/** Call it only for a user whose standing is `system_user`. */
export function asSystemUser(user: UserRow): SystemUser {
  return { id: user.id, login_name: user.login_name, user_name: user.user_name ?? '', user_type: 1, status: 1 };
}
