import { createHash } from 'node:crypto';
import type { Dependencies } from '../dependencies.ts';
import { describeCause } from '../describe-cause.ts';
import { ApiError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { standingOf } from './authorize.ts';
import { withDeadline } from './deadline.ts';
import { passwordFingerprint } from './password.ts';
import { createRecentAnswers } from './recent-answers.ts';
import type { Session } from './session.ts';
import { isLive, tokenFits } from './session-rules.ts';
import { sessionLimits } from './session-limits.ts';
import { endSession, endUnchanged, findSession, hashSessionId, recordUse } from './sessions.ts';
import type { TokenClaims, Tokens } from './token.ts';
import { unauthenticated } from './unauthenticated.ts';
import { asSystemUser, findUser, type SystemUser } from './users.ts';

/** A session that lasts and the system user it belongs to, as both were a moment ago. */
export interface Identity {
  user: SystemUser;
  session: Session;
}

export interface Identities {
  /**
   * Whose token this is: the signature, then the session's row, then the user's row. Throws an ApiError: 401 for anything
   * that is not a lasting session of an active user, 403 for one who is no system user any more, 503 without a database.
   */
  identify(token: string | null, auditLog: Logger): Promise<Identity>;
  /** Ends the token's session; resolves to whose it was, or to null where there was none to end. */
  end(token: string | null): Promise<string | null>;
}

// How long a right that was found may be used without looking again, and for how many sessions at once.
const maxAgeMs = 1000;
const maxEntries = 10_000;

// A signature does not become a wrong one; what it signs is looked up all the same.
const signatureMaxAgeMs = 60_000;

export function createIdentities(dependencies: Dependencies, tokens: Tokens): Identities {
  const { config, clock, stateDatabase } = dependencies;
  const recent = createRecentAnswers<Identity>(clock, maxAgeMs, maxEntries);
  const verified = createRecentAnswers<TokenClaims | null>(clock, signatureMaxAgeMs, maxEntries);
  const verify = async (token: string | null) => {
    if (token === null) {
      return null;
    }
    const key = hashToken(token);
    const claims = await verified.get(key, () => tokens.verify(token));
    if (claims === null) {
      // Anybody can send wrong ones, which would take the place of good ones.
      verified.forget(key);
    }
    return claims;
  };
  return {
    identify: async (token, auditLog) => {
      const claims = await verify(token);
      if (claims === null) {
        throw unauthenticated();
      }
      return recent.get(hashSessionId(claims.sid), () =>
        withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, (signal) =>
          lookUp({ ...dependencies, auditLog }, claims, signal)
        )
      );
    },
    end: async (token) => {
      const claims = await verify(token);
      if (claims === null) {
        return null;
      }
      const idHash = hashSessionId(claims.sid);
      const hasEnded = await withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, (signal) =>
        endSession(stateDatabase, idHash, signal)
      );
      recent.forget(idHash);
      return hasEnded ? claims.sub : null;
    },
  };
}

// Tokens themselves are kept nowhere.
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

async function lookUp(
  dependencies: Dependencies,
  claims: TokenClaims,
  signal: AbortSignal,
  isSecond = false
): Promise<Identity> {
  const { config, log, signInDatabase, stateDatabase } = dependencies;
  const found = await findSession(stateDatabase, hashSessionId(claims.sid), signal);
  if (found === null) {
    throw unauthenticated();
  }
  const { session, now } = found;
  if (!isLive(session, now, sessionLimits(config)) || !tokenFits(claims, session, now)) {
    throw unauthenticated();
  }
  const user = await findUser(signInDatabase, session.user_id, signal);
  if (user === null || standingOf(user) === 'not_active') {
    await endOrWarn(dependencies, session, signal);
    throw unauthenticated();
  }
  if (passwordFingerprint(user.password_hash ?? '') !== session.password_fingerprint) {
    const hasEnded = await endOrWarn(dependencies, session, signal);
    if (hasEnded || isSecond) {
      throw unauthenticated();
    }
    // The same password was hashed anew since the session was read, and the session was told.
    return lookUp(dependencies, claims, signal, true);
  }
  if (standingOf(user) === 'not_a_system_user') {
    await endOrWarn(dependencies, session, signal);
    throw new ApiError('forbidden', 'This account is not a system user any more', { userId: user.id });
  }
  try {
    await recordUse(stateDatabase, session, now, signal);
  } catch (error) {
    // The session ends sooner for it; that is no reason to refuse an answer now.
    log.warn({ event: 'session_use_not_recorded', cause: describeCause(error) });
  }
  return { user: asSystemUser(user), session };
}

// Someone who was disabled and is enabled again signs in again. False where the session has another fingerprint by now.
async function endOrWarn(
  { log, auditLog, stateDatabase }: Dependencies,
  session: Session,
  signal: AbortSignal
): Promise<boolean> {
  try {
    if (!(await endUnchanged(stateDatabase, session, signal))) {
      return false;
    }
  } catch (error) {
    log.warn({ event: 'session_not_ended', cause: describeCause(error) });
  }
  auditLog.warn({ event: 'session_ended', user_id: session.user_id });
  return true;
}
