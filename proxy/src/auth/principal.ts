import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Authenticate, Principal } from './authenticate.ts';
import { refusalOf } from './authorize.ts';
import { bearerToken } from './bearer.ts';
import { callerHeaderNames, namedCaller } from './caller.ts';
import type { LogRefusal } from './refusal-log.ts';
import { requestAudit } from './request-audit.ts';

export interface PrincipalEnv {
  Variables: { principal: Principal; requestId: string; clientAddress: string };
}

/**
 * Lets only those pass who may, and sets `principal`. `routeOf` gives the method and path of the route that will answer,
 * without the mount: the rights of a caller depend on it.
 */
export function requirePrincipal(
  authenticate: Authenticate,
  auditLog: Logger,
  logRefusal: LogRefusal,
  routeOf: (c: Parameters<MiddlewareHandler<PrincipalEnv>>[0]) => string
): MiddlewareHandler<PrincipalEnv> {
  return async function principal(c, next) {
    const headers = {
      caller: c.req.header(callerHeaderNames.caller),
      allowAlerts: c.req.header(callerHeaderNames.allowAlerts),
      grafanaId: c.req.header(callerHeaderNames.grafanaId),
    };
    try {
      const token = bearerToken(c.req.header('Authorization'));
      const found = await authenticate(token, headers, requestAudit(auditLog, c));
      const refusal = refusalOf(found.caller, routeOf(c));
      if (refusal !== null) {
        throw new ApiError('forbidden', refusal, { userId: found.user.id });
      }
      c.set('principal', found);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'forbidden') {
        logRefusal({
          reason: error.message,
          caller: namedCaller(headers.caller),
          user_id: error.userId,
          client: c.get('clientAddress'),
          request_id: c.get('requestId'),
        });
      }
      throw error;
    }
    await next();
  };
}
