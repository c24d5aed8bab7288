import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { Principal } from '../auth/authenticate.ts';
import type { Logger } from '../logger.ts';
import type { Env } from './env.ts';
import { pathPatternOf } from './known-routes.ts';

const acceptableRequestId = /^[A-Za-z0-9._-]{1,64}$/;
const unknownPath = '(unknown)';

// Asked every few seconds by whatever watches the proxy.
const quietPaths = new Set(['/health', '/ready']);

/**
 * Gives each request its id, the caller's own where that is harmless, and logs one line when it is answered. Never logs
 * a query string, a header or a body, and of the path only the route's pattern: people paste tokens into addresses.
 */
export function requestLog(log: Logger): MiddlewareHandler<Env> {
  return async function logRequest(c, next) {
    const given = c.req.header('X-Request-Id');
    const requestId = given !== undefined && acceptableRequestId.test(given) ? given : randomUUID();
    c.set('requestId', requestId);
    const start = performance.now();
    await next();
    // Not by c.header(), which would copy the answer.
    c.res.headers.set('X-Request-Id', requestId);
    // Not there where nobody is signed in.
    const principal = c.get('principal') as Principal | undefined;
    const line = {
      event: 'request',
      request_id: requestId,
      method: c.req.method,
      path: pathPatternOf(c) ?? unknownPath,
      status: c.res.status,
      ms: Math.round(performance.now() - start),
      client: c.get('clientAddress'),
      caller: principal?.caller.kind,
      user_id: principal?.user.id,
    };
    if (quietPaths.has(line.path) && c.res.ok) {
      log.debug(line);
    } else {
      log.info(line);
    }
  };
}
