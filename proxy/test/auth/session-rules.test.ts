import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/auth/session.ts';
import { isLive, type SessionLimits, supersededSessions, tokenFits } from '../../src/auth/session-rules.ts';

const start = 1_780_000_000_000;
const minute = 60_000;
const limits: SessionLimits = { idleMs: 30 * minute, absoluteMs: 480 * minute, maxPerUser: 3 };
const session: Session = {
  id_hash: 'a',
  user_id: '7',
  kind: 'user',
  password_fingerprint: 'f',
  created_at: start,
  last_seen_at: start,
  expires_at: start + limits.absoluteMs,
};

describe('isLive', () => {
  it('ends an idle session at the limit (C48)', () => {
    expect(isLive(session, start + 30 * minute - 1, limits)).toBe(true);
    expect(isLive(session, start + 30 * minute, limits)).toBe(false);
  });

  it('ends an active session at the absolute limit (C48)', () => {
    const active = { ...session, last_seen_at: start + 479 * minute };
    expect(isLive(active, start + 480 * minute - 1, limits)).toBe(true);
    expect(isLive(active, start + 480 * minute, limits)).toBe(false);
  });

  it('lets a data source rest, but not for longer than the absolute limit', () => {
    const datasource = { ...session, kind: 'datasource' as const };
    expect(isLive(datasource, start + 480 * minute - 1, limits)).toBe(true);
    expect(isLive(datasource, start + 480 * minute, limits)).toBe(false);
  });

  it('takes no session from the future: the clock was set back (F87)', () => {
    expect(isLive(session, start - 5000, limits)).toBe(true);
    expect(isLive(session, start - 5001, limits)).toBe(false);
  });
});

describe('tokenFits', () => {
  const claims = { sub: '7', sid: 's', iat: start / 1000, exp: start / 1000 + 60 };

  it.each([
    ['now', claims, start, true],
    ['a moment before it ends', claims, start + 59_999, true],
    ['when it ends (B36)', claims, start + 60_000, false],
    ['5 s before it was issued', claims, start - 5000, true],
    ['more than 5 s before it was issued (B37)', claims, start - 5001, false],
    ['with another user (B42)', { ...claims, sub: '8' }, start, false],
  ])('judges a token %s', (_, token, now, fits) => {
    expect(tokenFits(token, session, now)).toBe(fits);
  });
});

describe('supersededSessions', () => {
  const at = (id_hash: string, created_at: number, changes: Partial<Session> = {}): Session => ({
    ...session,
    id_hash,
    created_at,
    last_seen_at: created_at,
    expires_at: created_at + limits.absoluteMs,
    ...changes,
  });
  const current = at('current', start);

  it('ends the oldest beyond the cap (C55)', () => {
    const sessions = [at('b', start - 2), at('d', start - 4), current, at('a', start - 1), at('c', start - 3)];
    expect(supersededSessions(sessions, current, start, limits).sort()).toEqual(['c', 'd']);
  });

  it('never ends the one that has just started, even if the clock was set back', () => {
    const sessions = [at('a', start + 1), at('b', start + 2), at('c', start + 3), current];
    expect(supersededSessions(sessions, current, start, limits)).toEqual(['a']);
  });

  it('counts only sessions that last, and ends the others', () => {
    const sessions = [
      at('idle', start - 31 * minute),
      at('expired', start - 481 * minute),
      at('old password', start - 1, { password_fingerprint: 'g' }),
      at('a', start - 2),
      at('b', start - 3),
      current,
    ];
    expect(supersededSessions(sessions, current, start, limits).sort()).toEqual(['expired', 'idle', 'old password']);
  });
});
