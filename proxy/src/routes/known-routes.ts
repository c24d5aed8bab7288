import type { Context, Hono, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { ApiError } from '../errors.ts';
import type { Env } from './env.ts';

// What `use` registers; everything else is an endpoint.
const anyMethod = 'ALL';

/**
 * Answers 404 for a path that no route has and 405 with `Allow` for a method that its routes have not, before anything
 * else looks at the request. HEAD is answered wherever GET is; OPTIONS nowhere, so browsers on other origins get nothing.
 */
export function refuseUnknownRoutes(app: Hono<Env>): MiddlewareHandler<Env> {
  return async function unknownRoutes(c, next) {
    if (endpointOf(c) === undefined) {
      throw unknownRoute(app, c.req.path);
    }
    await next();
  };
}

/** Method and path of the route that answers, below the first of `mounts` that it is under: such as `POST /query`. */
export function routeOf(c: Context, mounts: readonly string[]): string {
  const endpoint = endpointOf(c);
  if (endpoint === undefined) {
    return '';
  }
  const mount = mounts.find((prefix) => endpoint.path.startsWith(`${prefix}/`)) ?? '';
  return `${endpoint.method} ${endpoint.path.slice(mount.length)}`;
}

/** Method and path of each route of an app, such as `POST /query`, in the order in which they were made. */
export function endpointsOf(app: Hono<Env>): string[] {
  return app.routes.filter(({ method }) => method !== anyMethod).map(({ method, path }) => `${method} ${path}`);
}

/** The path of the route that answers, with the names of its parameters in place of their values; undefined without one. */
export function pathPatternOf(c: Context): string | undefined {
  return endpointOf(c)?.path;
}

function endpointOf(c: Context) {
  return matchedRoutes(c).find((route) => route.method !== anyMethod);
}

function unknownRoute(app: Hono<Env>, path: string): ApiError {
  const methods = new Set(app.routes.map((route) => route.method).filter((method) => method !== anyMethod));
  const allowed = [...methods].filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method !== anyMethod)
  );
  if (allowed.length === 0) {
    return new ApiError('not_found', 'There is nothing at this address');
  }
  const allow = allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return new ApiError('method_not_allowed', `This address answers ${allow}`, { headers: { Allow: allow } });
}
