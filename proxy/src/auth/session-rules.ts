import type { Session } from './session.ts';
import type { TokenClaims } from './token.ts';

export interface SessionLimits {
  idleMs: number;
  absoluteMs: number;
  /** Sessions of kind `user` that one person may have: the oldest ends. */
  maxPerUser: number;
}

// A state database's clock may be set back a little, at a failover for example.
const clockToleranceMs = 5000;

/** Whether a session lasts at `now`: sessions of data sources have no idle limit, as dashboards may rest overnight. */
export function isLive(session: Session, now: number, limits: SessionLimits): boolean {
  const isIdle = session.kind === 'user' && now - session.last_seen_at >= limits.idleMs;
  return now < session.expires_at && !isIdle && session.created_at <= now + clockToleranceMs;
}

/** Whether a token is this session's and its own times hold at `now`, by the clock that gave them. */
export function tokenFits(claims: TokenClaims, session: Session, now: number): boolean {
  return claims.sub === session.user_id && now < claims.exp * 1000 && claims.iat * 1000 <= now + clockToleranceMs;
}

/** Which of a user's sessions of kind `user` end when `current` has started: the ids' hashes. */
export function supersededSessions(
  sessions: readonly Session[],
  current: Session,
  now: number,
  limits: SessionLimits
): string[] {
  const lasts = (session: Session) =>
    isLive(session, now, limits) && session.password_fingerprint === current.password_fingerprint;
  const newestFirst = sessions
    .filter(lasts)
    .sort(
      (a, b) =>
        Number(b.id_hash === current.id_hash) - Number(a.id_hash === current.id_hash) || b.created_at - a.created_at
    );
  return [...sessions.filter((session) => !lasts(session)), ...newestFirst.slice(limits.maxPerUser)].map(
    (session) => session.id_hash
  );
}
