import type { Dependencies } from '../dependencies.ts';
import type { Logger } from '../logger.ts';
import { forgetAttempts, giveBackAttempt } from './attempt-counts.ts';
import { type AttemptKeys, attemptKeys, type SignInAttempt } from './attempt-keys.ts';
import { createCountLimited, type Limit, orWarn } from './count-limited.ts';
import { withDeadline } from './deadline.ts';

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

type AttemptLimit = Limit & { name: keyof AttemptKeys };

// The caller has waited for a deadline already.
const giveBackMs = 1000;

export function createSignInAttempts(dependencies: Dependencies): SignInAttempts {
  const { config, stateDatabase } = dependencies;
  const { count, bans } = createCountLimited(dependencies);
  // The address first: what it tries beyond its own limit leaves nothing behind.
  const limits: AttemptLimit[] = [
    { name: 'address', max: config.ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR, windowMs: 60 * 60_000 },
    { name: 'user', max: config.USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES, windowMs: 15 * 60_000 },
  ];
  return {
    of: (attempt, log) => {
      const keys = attemptKeys(attempt);
      const counted: AttemptLimit[] = [];
      return {
        count: async (signal) => {
          for (const limit of limits) {
            await count(limit, keys[limit.name], log, signal);
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
