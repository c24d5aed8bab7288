import { ApiError } from '../errors.ts';

/** The challenge of every 401: RFC 6750 §3. */
export const bearerChallenge = 'Bearer error="invalid_token"';

/** One text for every reason why a token is no good, so that nobody learns which it was. */
const signInAgain = 'Sign in: the session is missing, invalid or ended';

/** A 401. The caller may be anyone: `message` must not tell him what exists. */
export function unauthenticated(message: string = signInAgain): ApiError {
  return new ApiError('unauthenticated', message, { headers: { 'WWW-Authenticate': bearerChallenge } });
}
