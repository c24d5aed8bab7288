import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import { ApiError } from '../errors.ts';

/** Verifies a token against Grafana's keys; resolves to its claims. */
export type VerifyByGrafana = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

// Grafana makes the next key every 30 days and needs no more; whoever sends forgeries must not make us ask it all the time.
const minReloadIntervalMs = 10_000;
const maxAgeMs = 10 * 60_000;
const timeoutMs = 3000;

/**
 * Verification by the key set at `<grafanaUrl>api/signing-keys/keys`. A new key of Grafana's has the id of the old one: a
 * signature that is not right has the set read anew, at most every 10 s, and is looked at once more. The promise rejects
 * with a JOSEError for a token that is no good, and with an ApiError `unavailable` where Grafana does not give its keys.
 */
export function createGrafanaKeys(grafanaUrl: string): VerifyByGrafana {
  const keys = createRemoteJWKSet(new URL('api/signing-keys/keys', grafanaUrl), {
    cooldownDuration: minReloadIntervalMs,
    cacheMaxAge: maxAgeMs,
    timeoutDuration: timeoutMs,
  });
  let reloadableAt = 0;
  let reloading = Promise.resolve();
  // By a clock that nobody sets.
  const reload = () => {
    const now = performance.now();
    if (now >= reloadableAt) {
      reloadableAt = now + minReloadIntervalMs;
      reloading = keys.reload().catch((failure: unknown) => {
        throw unreachable(failure);
      });
    }
    return reloading;
  };
  const verify = async (token: string, options: JWTVerifyOptions) => {
    try {
      return (await jwtVerify(token, keys, options)).payload;
    } catch (error) {
      throw isKeySetFailure(error) ? unreachable(error) : error;
    }
  };
  return async (token, options) => {
    try {
      return await verify(token, options);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) {
        throw error;
      }
      await reload();
      return verify(token, options);
    }
  };
}

// Whatever is not about the token: jose throws its most general error for an answer that is no key set, fetch its own.
function isKeySetFailure(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === errors.JOSEError.code
  );
}

function unreachable(cause: unknown): ApiError {
  return new ApiError('unavailable', 'Grafana does not give the keys by which this proxy knows who is looking', {
    cause,
    headers: { 'Retry-After': '5' },
  });
}
