import type { Dependencies } from '../dependencies.ts';
import type { Logger } from '../logger.ts';
import { begunKey } from './attempt-keys.ts';
import { createCountLimited, type Limit } from './count-limited.ts';
import { withDeadline } from './deadline.ts';

/** Counts a login or log-out page that was asked for; throws an ApiError `rate_limited` where an address asked for too many. */
export type CountBegun = (address: string, log: Logger) => Promise<void>;

// People close the page and begin again.
const perAttempt = 10;

/** Each sign-in that is begun leaves something in the state database for a while, so that nobody may begin without end. */
export function createBegunSignIns(dependencies: Dependencies): CountBegun {
  const { config } = dependencies;
  const { count } = createCountLimited(dependencies);
  const limit: Limit = {
    name: 'begun',
    max: perAttempt * config.ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR,
    windowMs: 60 * 60_000,
  };
  return (address, log) =>
    withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, (signal) => count(limit, begunKey(address), log, signal));
}
