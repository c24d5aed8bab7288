import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { standingOf } from './authorize.ts';
import type { Credentials } from './credentials.ts';
import { passwordFingerprint } from './password.ts';
import { storeRehash } from './rehash.ts';
import { unauthenticated } from './unauthenticated.ts';
import { asSystemUser, findCandidates, maxCandidates, type SystemUser, type UserRow } from './users.ts';

export interface SignedIn {
  user: SystemUser;
  passwordFingerprint: string;
}

type SignInDependencies = Pick<Dependencies, 'signInDatabase' | 'stateDatabase' | 'passwords'>;

/** A user whose password is right, with the hash that says so. */
interface Verified {
  user: SystemUser;
  hash: string;
  rehashed: string | null;
}

/**
 * Who these credentials belong to: candidates by index, the one exact name, the password, the status, the type.
 * Unknown, wrong, disabled and deleted are the same 401 after the same work; a right password of someone who is not a
 * system user is a 403. Throws what the driver throws when the database is away.
 */
export async function signIn(
  dependencies: SignInDependencies,
  credentials: Credentials,
  log: Logger,
  signal: AbortSignal
): Promise<SignedIn> {
  const { user, hash, rehashed } = await verify(dependencies, credentials, log, signal);
  if (rehashed === null) {
    return { user, passwordFingerprint: passwordFingerprint(hash) };
  }
  const outcome = await storeRehash(dependencies, { userId: user.id, from: hash, to: rehashed }, log, signal);
  if (outcome === 'changed') {
    // By what is stored now: another sign-in of this person was first, or the password is another one.
    const now = await verify(dependencies, credentials, log, signal);
    return { user: now.user, passwordFingerprint: passwordFingerprint(now.hash) };
  }
  return { user, passwordFingerprint: passwordFingerprint(outcome === 'stored' ? rehashed : hash) };
}

async function verify(
  { signInDatabase, passwords }: SignInDependencies,
  credentials: Credentials,
  log: Logger,
  signal: AbortSignal
): Promise<Verified> {
  const candidates = await findCandidates(signInDatabase, credentials.loginName, signal);
  const user = exactUser(candidates, credentials.loginName, log);
  const hash = user?.password_hash ?? null;
  const { verdict, rehashed } = await passwords.check(credentials.password, hash, signal);
  if (user === null) {
    throw refused(log, 'unknown');
  }
  if (hash === null || verdict === 'malformed') {
    log.error({ event: 'password_hash_malformed', user_id: user.id });
    throw refused(log, 'malformed_hash', user);
  }
  if (verdict === 'mismatch') {
    throw refused(log, 'wrong_password', user);
  }
  const standing = standingOf(user);
  if (standing === 'not_active') {
    throw refused(log, 'not_active', user);
  }
  if (standing === 'not_a_system_user') {
    log.warn({ event: 'sign_in_refused', reason: 'not_a_system_user', user_id: user.id });
    throw new ApiError('forbidden', 'This account is not a system user: ask an administrator');
  }
  return { user: asSystemUser(user), hash, rehashed };
}

/** Names are compared byte for byte, whatever the collation says; two users of one name are nobody. */
function exactUser(candidates: UserRow[], loginName: string, log: Logger): UserRow | null {
  const [user, ...others] = candidates.filter((candidate) => candidate.login_name === loginName);
  if (user === undefined) {
    return null;
  }
  if (others.length > 0 || candidates.length > maxCandidates) {
    log.error({ event: 'login_name_ambiguous', user_ids: [user, ...others].map((row) => row.id) });
    return null;
  }
  return user;
}

// The name that was typed may be a password in the wrong field: it is not logged.
function refused(log: Logger, reason: string, user?: UserRow): ApiError {
  log.warn({ event: 'sign_in_refused', reason, user_id: user?.id });
  return unauthenticated('The login name or the password is wrong');
}
