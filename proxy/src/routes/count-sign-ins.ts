import type { MiddlewareHandler } from 'hono';
import type { SignInOutcome, Telemetry } from '../telemetry/telemetry.ts';
import type { Env } from './env.ts';

/** Counts the attempts to sign in by what was answered. A malformed request is none, nor is one whose caller went away. */
export function countSignIns(telemetry: Telemetry): MiddlewareHandler<Env> {
  return async function countSignIn(c, next) {
    await next();
    const outcome = outcomeOf(c.res.status);
    if (outcome !== undefined) {
      telemetry.signInAnswered(outcome);
    }
  };
}

function outcomeOf(status: number): SignInOutcome | undefined {
  switch (status) {
    case 200:
    case 303:
      return 'signed_in';
    case 401:
      return 'refused';
    case 403:
      return 'forbidden';
    case 429:
      return 'limited';
    default:
      return status >= 500 ? 'failed' : undefined;
  }
}
