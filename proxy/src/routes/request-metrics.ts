import type { MiddlewareHandler } from 'hono';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Env } from './env.ts';
import { pathPatternOf } from './known-routes.ts';

const unknown = '(unknown)';
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Measures every request, by its route's pattern: paths and methods are whatever someone sends. */
export function requestMetrics(telemetry: Telemetry): MiddlewareHandler<Env> {
  return async function measureRequest(c, next) {
    const start = performance.now();
    await next();
    const labels = {
      method: knownMethods.has(c.req.method) ? c.req.method : unknown,
      route: pathPatternOf(c) ?? unknown,
      status: c.res.status,
    };
    telemetry.requestAnswered(labels, (performance.now() - start) / 1000);
  };
}
