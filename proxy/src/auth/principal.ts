import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';
import type { Authenticate, Principal } from './authenticate.ts';
import { refusalOf } from './authorize.ts';
import { bearerToken } from './bearer.ts';
import { callerHeaderNames } from './caller.ts';

export interface PrincipalEnv {
  Variables: { principal: Principal };
}

/**
 * Lets only those pass who may, and sets `principal`. `routeOf` gives the method and path of the route that will answer,
 * without the mount: the rights of a caller depend on it.
 */
export function requirePrincipal(
  authenticate: Authenticate,
  routeOf: (c: Parameters<MiddlewareHandler<PrincipalEnv>>[0]) => string
): MiddlewareHandler<PrincipalEnv> {
  return async function principal(c, next) {
    const found = await authenticate(bearerToken(c.req.header('Authorization')), {
      caller: c.req.header(callerHeaderNames.caller),
      allowAlerts: c.req.header(callerHeaderNames.allowAlerts),
      grafanaId: c.req.header(callerHeaderNames.grafanaId),
    });
    const refusal = refusalOf(found.caller, routeOf(c));
    if (refusal !== null) {
      throw new ApiError('forbidden', refusal);
    }
    c.set('principal', found);
    await next();
  };
}
