import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { countAttempt, msUntilExpiry } from './attempt-counts.ts';
import { begunKey } from './attempt-keys.ts';
import { withDeadline } from './deadline.ts';
import { createRecentBans } from './recent-bans.ts';

/** Counts a login page that was asked for; throws an ApiError `rate_limited` where there were too many of this address. */
export type CountBegun = (address: string) => Promise<void>;

const windowMs = 60 * 60_000;

// People close the page and begin again.
const perAttempt = 10;

/** Each sign-in that is begun leaves something in the state database for a while, so that nobody may begin without end. */
export function createBegunSignIns({ config, clock, stateDatabase }: Dependencies): CountBegun {
  const max = perAttempt * config.ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR;
  const bans = createRecentBans(clock);
  return (address) =>
    withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, async (signal) => {
      const key = begunKey(address);
      const known = bans.left(key);
      if (known !== null) {
        throw tooMany(known);
      }
      if ((await countAttempt(stateDatabase, key, windowMs, signal)) > max) {
        const msLeft = await msUntilExpiry(stateDatabase, key, signal);
        bans.add(key, msLeft);
        throw tooMany(msLeft);
      }
    });
}

function tooMany(msLeft: number): ApiError {
  const seconds = String(Math.max(1, Math.ceil(msLeft / 1000)));
  return new ApiError('rate_limited', `Too many sign-ins were begun: the next one is possible in ${seconds} s`, {
    headers: { 'Retry-After': seconds },
  });
}
