import { databaseError } from '../database/errors.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Logger } from '../logger.ts';
import { createSignInAttempts } from './attempts.ts';
import type { Credentials } from './credentials.ts';
import { withDeadline } from './deadline.ts';
import { type SignedIn, signIn } from './sign-in.ts';

export interface SignInRequest {
  credentials: Credentials;
  /** The canonical address that it comes from. */
  address: string;
  /** Names the request in what is logged. */
  log: Logger;
  /** Aborts when the caller goes away. */
  caller: AbortSignal;
}

/**
 * Signs in within the limits of attempts and of time, and then does `start` for who has signed in, such as start a session:
 * only when that is done the attempts are forgotten. Throws what `signIn` throws, and ApiErrors `rate_limited` and `unavailable`.
 */
export type LimitedSignIn = <Started>(
  request: SignInRequest,
  start: (signedIn: SignedIn, signal: AbortSignal) => Promise<Started>
) => Promise<Started>;

export function createLimitedSignIn(dependencies: Dependencies): LimitedSignIn {
  const { config, passwords } = dependencies;
  const attempts = createSignInAttempts(dependencies);
  return async ({ credentials, address, log, caller }, start) => {
    const attempt = attempts.of({ loginName: credentials.loginName, address }, log);
    try {
      return await withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, (signal) =>
        passwords.admit(async () => {
          await attempt.count(signal);
          const started = await start(await signIn(dependencies, credentials, log, signal), signal);
          await attempt.forget(signal);
          return started;
        })
      );
    } catch (error) {
      // Only a verdict uses up an attempt. Going away does as well: it must be no way to guess for nothing.
      if (databaseError(error).status >= 500 && !caller.aborted) {
        await attempt.giveBack();
      }
      throw error;
    }
  };
}
