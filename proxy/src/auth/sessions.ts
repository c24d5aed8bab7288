import { createHash, randomBytes } from 'node:crypto';
import { databaseNow } from '../database/database-now.ts';
import { abortable, type Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { type Session, sessionColumns, sessionRowSchema } from './session.ts';
import { type SessionLimits, supersededSessions } from './session-rules.ts';
import { storedInteger } from './stored-values.ts';

// Sign-ins tidy up for all, in bounded portions.
const maxCleared = 2000;

const lastSeenIntervalMs = 60_000;

export interface NewSession {
  /** 256 random bits in base64url: known to the token's holder only. */
  id: string;
  session: Session;
}

/**
 * Starts a session for someone who has just signed in, and ends what it supersedes: sessions past their limits, those
 * from before a changed password, and the user's oldest ones beyond the cap.
 */
export async function startSession(
  database: Database<StateTables>,
  who: Pick<Session, 'user_id' | 'kind' | 'password_fingerprint'>,
  limits: SessionLimits,
  signal?: AbortSignal
): Promise<NewSession> {
  const now = await databaseNow(database, signal);
  const id = randomBytes(32).toString('base64url');
  const session: Session = {
    ...who,
    id_hash: hashSessionId(id),
    created_at: now,
    last_seen_at: now,
    expires_at: now + limits.absoluteMs,
  };
  await database.kysely
    .insertInto('aitoys_sessions')
    .values(session)
    .execute(await abortable(database, signal));
  // After the insert: of two sign-ins at once, the later one sees both.
  await clearSessions(database, session, now, limits, signal);
  return { id, session };
}

/** The session, with the present by the same clock, in one look-up; null for an id that nobody holds. */
export async function findSession(
  database: Database<StateTables>,
  idHash: string,
  signal?: AbortSignal
): Promise<{ session: Session; now: number } | null> {
  const dialect = await database.dialect();
  const row = await database.kysely
    .selectFrom('aitoys_sessions')
    .select(sessionColumns)
    .select(dialect.nowMs().as('now'))
    .where('id_hash', '=', idHash)
    .executeTakeFirst(await abortable(database, signal));
  if (row === undefined) {
    return null;
  }
  return { session: sessionRowSchema.parse(row), now: storedInteger.parse(row.now) };
}

/** Notes that the session was used, at most once a minute, whichever proxy was asked. */
export async function recordUse(
  database: Database<StateTables>,
  session: Session,
  now: number,
  signal?: AbortSignal
): Promise<void> {
  if (now - session.last_seen_at < lastSeenIntervalMs) {
    return;
  }
  await database.kysely
    .updateTable('aitoys_sessions')
    .set({ last_seen_at: now })
    .where('id_hash', '=', session.id_hash)
    .where('last_seen_at', '<=', now - lastSeenIntervalMs)
    .execute(await abortable(database, signal));
}

/** Ends one session; one that has ended already stays ended. Resolves to whether it was this that ended it. */
export async function endSession(
  database: Database<StateTables>,
  idHash: string,
  signal?: AbortSignal
): Promise<boolean> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('aitoys_sessions')
    .where('id_hash', '=', idHash)
    .executeTakeFirstOrThrow(await abortable(database, signal));
  return numDeletedRows > 0n;
}

/** Ends a session unless it has another fingerprint by now; whether it did. Waits for a rehash that is under way. */
export async function endUnchanged(
  database: Database<StateTables>,
  session: Session,
  signal?: AbortSignal
): Promise<boolean> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('aitoys_sessions')
    .where('id_hash', '=', session.id_hash)
    .where('password_fingerprint', '=', session.password_fingerprint)
    .executeTakeFirstOrThrow(await abortable(database, signal));
  return numDeletedRows > 0n;
}

/** Ends all sessions of one user, and returns how many there were. */
export async function endSessionsOf(database: Database<StateTables>, userId: string): Promise<number> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('aitoys_sessions')
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** What is stored of a session's id: its SHA-256 in hex. */
export function hashSessionId(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('hex');
}

async function clearSessions(
  database: Database<StateTables>,
  current: Session,
  now: number,
  limits: SessionLimits,
  signal?: AbortSignal
): Promise<void> {
  const options = await abortable(database, signal);
  const ofUser = await database.kysely
    .selectFrom('aitoys_sessions')
    .select(sessionColumns)
    .where('user_id', '=', current.user_id)
    .where('kind', '=', 'user')
    .limit(maxCleared)
    .execute(options);
  const expired = await database.kysely
    .selectFrom('aitoys_sessions')
    .select('id_hash')
    .where('expires_at', '<=', now)
    .limit(maxCleared)
    .execute(options);
  const rows = ofUser.map((row) => sessionRowSchema.parse(row));
  const ended = new Set([...supersededSessions(rows, current, now, limits), ...expired.map((row) => row.id_hash)]);
  if (ended.size > 0) {
    // By primary key: a range would lock the gaps that other sign-ins insert into.
    await database.kysely
      .deleteFrom('aitoys_sessions')
      .where('id_hash', 'in', [...ended])
      .execute(options);
  }
}
