import { sql } from 'kysely';
import { abortable, type Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { storedInteger } from './stored-values.ts';

export const attemptColumns = ['key_hash', 'attempts', 'expires_at'] as const;

/**
 * Counts one attempt under `key` and returns how many there were, with this one, since the first of the last `windowMs`.
 * One statement by the database's clock: of attempts at the same time, on whichever proxies, each gets a number of its own.
 */
export async function countAttempt(
  database: Database<StateTables>,
  key: string,
  windowMs: number,
  signal?: AbortSignal
): Promise<number> {
  const dialect = await database.dialect();
  const options = await abortable(database, signal);
  const isOver = sql<boolean>`expires_at <= ${dialect.nowMs()}`;
  const expiry = sql<number>`${dialect.nowMs()} + ${windowMs}`;
  // In this order: MySQL's second assignment sees what the first one did.
  const next = {
    attempts: sql<number>`case when ${isOver} then 1 else attempts + 1 end`,
    expires_at: sql<number>`case when ${isOver} then ${expiry} else expires_at end`,
  };
  const insert = database.kysely
    .insertInto('aitoys_sign_in_attempts')
    .values({ key_hash: key, attempts: 1, expires_at: expiry });
  if (dialect.engine === 'sqlite') {
    const row = await insert
      .onConflict((conflict) => conflict.column('key_hash').doUpdateSet(next))
      .returning('attempts')
      .executeTakeFirstOrThrow(options);
    return storedInteger.parse(row.attempts);
  }
  // MySQL has no RETURNING, but answers with what LAST_INSERT_ID(…) was given, and with nothing for a new row.
  const { insertId } = await insert
    .onDuplicateKeyUpdate({ ...next, attempts: sql<number>`last_insert_id(${next.attempts})` })
    .executeTakeFirstOrThrow(options);
  return insertId === undefined ? 1 : storedInteger.parse(insertId);
}

/** How long the attempts under `key` still count, in ms. */
export async function msUntilExpiry(
  database: Database<StateTables>,
  key: string,
  signal?: AbortSignal
): Promise<number> {
  const dialect = await database.dialect();
  const row = await database.kysely
    .selectFrom('aitoys_sign_in_attempts')
    .select(sql`expires_at - ${dialect.nowMs()}`.as('left'))
    .where('key_hash', '=', key)
    .executeTakeFirst(await abortable(database, signal));
  return row === undefined ? 0 : Math.max(0, storedInteger.parse(row.left));
}

/**
 * Takes back one attempt that was among the `max` that may be made; the window stays. Refused ones beyond them, which were
 * counted meanwhile, go with it: they would keep the limit reached.
 */
export async function giveBackAttempt(
  database: Database<StateTables>,
  key: string,
  max: number,
  signal?: AbortSignal
): Promise<void> {
  await database.kysely
    .updateTable('aitoys_sign_in_attempts')
    .set({ attempts: sql<number>`case when attempts > ${max} then ${max} else attempts end - 1` })
    .where('key_hash', '=', key)
    .where('attempts', '>', 0)
    .execute(await abortable(database, signal));
}

export async function forgetAttempts(
  database: Database<StateTables>,
  key: string,
  signal?: AbortSignal
): Promise<void> {
  await database.kysely
    .deleteFrom('aitoys_sign_in_attempts')
    .where('key_hash', '=', key)
    .execute(await abortable(database, signal));
}

/** Clears up to `limit` keys whose attempts do not count any more. */
export async function clearAttempts(
  database: Database<StateTables>,
  limit: number,
  signal?: AbortSignal
): Promise<void> {
  const dialect = await database.dialect();
  const options = await abortable(database, signal);
  const expired = await database.kysely
    .selectFrom('aitoys_sign_in_attempts')
    .select('key_hash')
    .where('expires_at', '<=', dialect.nowMs())
    .orderBy('expires_at')
    .limit(limit)
    .execute(options);
  if (expired.length > 0) {
    // One that was tried again meanwhile stays. `+ 0` keeps MySQL from the index on expires_at: what it locks on that way
    // made deadlocks with attempts that are counted at the same time.
    await database.kysely
      .deleteFrom('aitoys_sign_in_attempts')
      .where(
        'key_hash',
        'in',
        expired.map(({ key_hash }) => key_hash)
      )
      .where(sql<number>`expires_at + 0`, '<=', dialect.nowMs())
      .execute(options);
  }
}
