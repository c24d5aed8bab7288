import { sql } from 'kysely';
import { z } from 'zod';
import { databaseError } from './errors.ts';
import type { Database } from './open-database.ts';

const rowsSchema = z.array(z.object({ name: z.string() }));

/** Which of these tables (or views) the database has, as far as its account may see. Throws an ApiError. */
export async function findTables<Tables>(database: Database<Tables>, names: readonly string[]): Promise<Set<string>> {
  const { engine } = await database.dialect();
  const list = sql.join(names);
  const query =
    engine === 'sqlite'
      ? sql`select name from sqlite_master where type in ('table', 'view') and name in (${list})`
      : sql`select TABLE_NAME as name from information_schema.TABLES
          where TABLE_SCHEMA = database() and TABLE_NAME in (${list})`;
  const { rows } = await query.execute(database.kysely).catch((error: unknown) => {
    throw databaseError(error);
  });
  return new Set(rowsSchema.parse(rows).map(({ name }) => name));
}
