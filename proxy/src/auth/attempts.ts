import type { Dependencies } from '../dependencies.ts';
import { describeCause } from '../describe-cause.ts';
import { ApiError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { clearAttempts, countAttempt, forgetAttempts, giveBackAttempt, msUntilExpiry } from './attempt-counts.ts';
import { type AttemptKeys, attemptKeys, type SignInAttempt } from './attempt-keys.ts';
import { withDeadline } from './deadline.ts';
import { createRecentBans } from './recent-bans.ts';

export interface SignInAttempts {
  /** The limits for one attempt, which nothing is counted of yet. `log` says which request it came with. */
  of(attempt: SignInAttempt, log: Logger): LimitedAttempt;
}

export interface LimitedAttempt {
  /**
   * Counts the attempt, for all proxies; to be called before anything is looked up or verified. Throws an ApiError
   * `rate_limited` where there were too many, whatever the name and the password, and what the driver throws when the
   * state database is away: nobody is verified uncounted.
   */
  count(signal?: AbortSignal): Promise<void>;
  /** After a success: forgets the attempts of this user from this address, but none of the address. Never throws. */
  forget(signal?: AbortSignal): Promise<void>;
  /** After a failure without a verdict: takes back what was counted, within a second. Never throws. */
  giveBack(): Promise<void>;
}

interface Limit {
  name: keyof AttemptKeys;
  max: number;
  windowMs: number;
}

// Whoever adds a key clears some, so that there are never many more than those that count.
const maxCleared = 100;

// The caller has waited for a deadline already.
const giveBackMs = 1000;

export function createSignInAttempts({ config, clock, stateDatabase }: Dependencies): SignInAttempts {
  // The address first: what it tries beyond its own limit leaves nothing behind.
  const limits: Limit[] = [
    { name: 'address', max: config.ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR, windowMs: 60 * 60_000 },
    { name: 'user', max: config.USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES, windowMs: 15 * 60_000 },
  ];
  const bans = createRecentBans(clock);

  const countFor = async (limit: Limit, key: string, log: Logger, signal?: AbortSignal) => {
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

  return {
    of: (attempt, log) => {
      const keys = attemptKeys(attempt);
      const counted: Limit[] = [];
      return {
        count: async (signal) => {
          for (const limit of limits) {
            await countFor(limit, keys[limit.name], log, signal);
            counted.push(limit);
          }
        },
        forget: (signal) =>
          orWarn(log, 'sign_in_attempts_not_forgotten', () => forgetAttempts(stateDatabase, keys.user, signal)),
        giveBack: () =>
          orWarn(log, 'sign_in_attempt_not_given_back', () =>
            // Of its own: the signal of the sign-in may have been aborted.
            withDeadline(giveBackMs, async (signal) => {
              for (const { name, max } of counted) {
                await giveBackAttempt(stateDatabase, keys[name], max, signal);
                bans.forget(keys[name]);
              }
            })
          ),
      };
    },
  };
}

// A sign-in is not refused for what only tidies up.
async function orWarn(log: Logger, event: string, work: () => Promise<void>): Promise<void> {
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
