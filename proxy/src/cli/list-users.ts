import { z } from 'zod';
import { storedId } from '../auth/stored-values.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { formatTable } from './format-table.ts';
import { requireUsers } from './require-users.ts';
import { showText } from './show-text.ts';
import { describeStatus, describeUserType } from './user-status.ts';

const rowsSchema = z.array(
  z.object({
    id: storedId,
    login_name: z.string().nullable(),
    user_name: z.string().nullable(),
    user_type: z.unknown(),
    status: z.unknown(),
  })
);

/** All people as a table for a terminal, by login name; without password hashes, which are not even read. */
export async function listUsers(database: Database<MetricsTables>): Promise<string> {
  await requireUsers(database);
  const found = await database.kysely
    .selectFrom('users')
    .select(['id', 'login_name', 'user_name', 'user_type', 'status'])
    .execute();
  // Sorted here: every engine and collation has an order of its own.
  const users = rowsSchema
    .parse(found)
    .sort((a, b) => compare(a.login_name ?? '', b.login_name ?? '') || compare(BigInt(a.id), BigInt(b.id)));
  return formatTable(
    ['id', 'login', 'name', 'type', 'status'],
    users.map((user) => [
      user.id,
      showText(user.login_name),
      showText(user.user_name),
      describeUserType(user.user_type),
      describeStatus(user.status),
    ])
  );
}

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}
