import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';
import { bearerToken } from './bearer.ts';
import { type Caller, callerHeaderNames, identifyCaller } from './caller.ts';
import type { Identities } from './identities.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { SystemUser } from './users.ts';

/** Who asks: found for every request before any route runs. */
export interface Principal {
  user: SystemUser;
  caller: Caller;
}

export interface PrincipalEnv {
  Variables: { principal: Principal };
}

/**
 * Lets only signed-in system users pass, and sets `principal`. `routeOf` gives the method and path of the route that
 * will answer, without the mount: the rights of a caller depend on it.
 */
export function requirePrincipal(
  identities: Identities,
  routeOf: (c: Parameters<MiddlewareHandler<PrincipalEnv>>[0]) => string
): MiddlewareHandler<PrincipalEnv> {
  return async function principal(c, next) {
    const { user, session } = await identities.identify(bearerToken(c.req.header('Authorization')));
    const verdict = identifyCaller({
      kind: session.kind,
      route: routeOf(c),
      headers: {
        caller: c.req.header(callerHeaderNames.caller),
        allowAlerts: c.req.header(callerHeaderNames.allowAlerts),
        grafanaId: c.req.header(callerHeaderNames.grafanaId),
      },
    });
    if ('refusal' in verdict) {
      throw verdict.refusal === 'forbidden'
        ? new ApiError('forbidden', verdict.message)
        : unauthenticated(verdict.message);
    }
    // The check of a viewer's own identity (X-Grafana-Id) belongs here, for verdict.caller === 'viewer'.
    c.set('principal', { user, caller: verdict.caller });
    await next();
  };
}
