import { type Kysely, sql } from 'kysely';
import { abortable } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeCause } from '../describe-cause.ts';
import type { Logger } from '../logger.ts';
import { passwordFingerprint } from './password.ts';
import { findUser } from './users.ts';

export interface Rehash {
  userId: string;
  /** As it is stored. */
  from: string;
  /** Of the same password. */
  to: string;
}

/** `kept`: the old hash is still there. `changed`: another one than either is, such as that of another sign-in. */
export type RehashOutcome = 'stored' | 'kept' | 'changed';

type Databases = Pick<Dependencies, 'signInDatabase' | 'stateDatabase'>;

// A row of `users` that somebody has locked must not keep its owner out.
const timeoutMs = 1000;

class HashChanged extends Error {}

/**
 * Puts one hash of a password in the place of another, if that one is still stored; the sessions that began with it go on. Never
 * throws: someone who has just given the right password is let in, whatever becomes of this.
 */
export async function storeRehash(
  databases: Databases,
  rehash: Rehash,
  log: Logger,
  signal: AbortSignal
): Promise<RehashOutcome> {
  try {
    await replaceHash(databases, rehash, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
    return 'stored';
  } catch (error) {
    if (error instanceof HashChanged) {
      return 'changed';
    }
    log.warn({ event: 'password_not_rehashed', user_id: rehash.userId, cause: describeCause(error) });
    return (await isStill(databases, rehash, signal)) ? 'kept' : 'changed';
  }
}

/**
 * In one transaction of the state database around the change of the user: who finds a session that does not fit the new hash
 * yet waits for its row, and then finds one that does.
 */
async function replaceHash(
  { signInDatabase, stateDatabase }: Databases,
  { userId, from, to }: Rehash,
  signal: AbortSignal
): Promise<void> {
  const old = passwordFingerprint(from);
  const options = await abortable(stateDatabase, signal);
  // By primary key, and before the transaction: a range would lock the gaps that other sign-ins insert into.
  const sessions = await stateDatabase.kysely
    .selectFrom('aitoys_sessions')
    .select('id_hash')
    .where('user_id', '=', userId)
    .where('password_fingerprint', '=', old)
    .execute(options);
  await stateDatabase.kysely.transaction().execute(async (transaction) => {
    if (sessions.length > 0) {
      await transaction
        .updateTable('aitoys_sessions')
        .set({ password_fingerprint: passwordFingerprint(to) })
        .where(
          'id_hash',
          'in',
          sessions.map(({ id_hash }) => id_hash)
        )
        .where('password_fingerprint', '=', old)
        .execute(options);
    }
    // SQLite's one connection, where both are the same database, is the transaction's.
    const isShared = (signInDatabase as unknown) === stateDatabase;
    const users = isShared ? (transaction as unknown as Kysely<MetricsTables>) : signInDatabase.kysely;
    const { numUpdatedRows } = await users
      .updateTable('users')
      .set({ password_hash: to })
      // As a number: compared with text, MySQL would compare both as float64.
      .where('id', '=', sql<string>`${BigInt(userId)}`)
      .where('password_hash', '=', from)
      .executeTakeFirstOrThrow(await abortable(signInDatabase, signal));
    if (numUpdatedRows === 0n) {
      throw new HashChanged();
    }
  });
}

// What was tried may have been done all the same, and so may what another sign-in tried.
async function isStill({ signInDatabase }: Databases, { userId, from }: Rehash, signal: AbortSignal): Promise<boolean> {
  try {
    return (await findUser(signInDatabase, userId, signal))?.password_hash === from;
  } catch {
    return true;
  }
}
