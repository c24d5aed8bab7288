import type { Config } from '../config.ts';
import type { SessionLimits } from './session-rules.ts';

/** The limits of sessions, in ms, from the settings. */
export function sessionLimits(config: Config): SessionLimits {
  return {
    idleMs: config.SESSION_IDLE_MINUTES * 60_000,
    absoluteMs: config.SESSION_ABSOLUTE_HOURS * 3_600_000,
    maxPerUser: config.MAX_SESSIONS_PER_USER,
  };
}
