import { sql } from 'kysely';
import { z } from 'zod';
import { abortable, type Database } from './open-database.ts';

const rowsSchema = z.tuple([z.object({ now: z.coerce.number().int() })]);

/** The present by the database's own clock, in ms since 1970. */
export async function databaseNow<Tables>(database: Database<Tables>, signal?: AbortSignal): Promise<number> {
  const dialect = await database.dialect();
  const { rows } = await sql`select ${dialect.nowMs()} as now`.execute(
    database.kysely,
    await abortable(database, signal)
  );
  return rowsSchema.parse(rows)[0].now;
}
