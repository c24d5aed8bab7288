import type { Dependencies } from '../dependencies.ts';
import { describeCause } from '../describe-cause.ts';
import { ApiError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { clearAttempts, countAttempt, msUntilExpiry } from './attempt-counts.ts';
import { createRecentBans, type RecentBans } from './recent-bans.ts';

export interface Limit {
  /** For the log. */
  name: string;
  max: number;
  windowMs: number;
}

/** Counts one under a limit and a key; throws an ApiError `rate_limited`, the same for everyone, where that is too many. */
export type CountLimited = (limit: Limit, key: string, log: Logger, signal?: AbortSignal) => Promise<void>;

// Whoever adds a key clears some, so that there are never many more than those that count.
const maxCleared = 100;

export function createCountLimited({ clock, stateDatabase }: Pick<Dependencies, 'clock' | 'stateDatabase'>): {
  count: CountLimited;
  bans: RecentBans;
} {
  const bans = createRecentBans(clock);
  const count: CountLimited = async (limit, key, log, signal) => {
    const known = bans.left(key);
    if (known !== null) {
      throw tooMany(known);
    }
    const attempts = await countAttempt(stateDatabase, key, limit.windowMs, signal);
    if (attempts > limit.max) {
      const msLeft = await msUntilExpiry(stateDatabase, key, signal);
      bans.add(key, msLeft);
      log.warn({ event: 'sign_in_limited', limit: limit.name });
      throw tooMany(msLeft);
    }
    if (attempts === 1) {
      await orWarn(log, 'sign_in_attempts_not_cleared', () => clearAttempts(stateDatabase, maxCleared, signal));
    }
  };
  return { count, bans };
}

/** A sign-in is not refused for what only tidies up. */
export async function orWarn(log: Logger, event: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ event, cause: describeCause(error) });
  }
}

// One text for every name, so that nobody learns which of them exist.
function tooMany(msLeft: number): ApiError {
  const seconds = String(Math.max(1, Math.ceil(msLeft / 1000)));
  return new ApiError('rate_limited', `Too many attempts to sign in: the next one is possible in ${seconds} s`, {
    headers: { 'Retry-After': seconds },
  });
}
