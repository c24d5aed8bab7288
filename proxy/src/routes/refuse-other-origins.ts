import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';

/**
 * Refuses what a page of another origin sends by a person's browser. All browsers of today say where a form comes from: by
 * `Sec-Fetch-Site` where the address is trustworthy, and by `Origin`. Who says neither is no browser that could be misused.
 */
export function refuseOtherOrigins(origin: string): MiddlewareHandler {
  return async function otherOrigins(c, next) {
    const site = c.req.header('Sec-Fetch-Site') ?? 'same-origin';
    const from = c.req.header('Origin') ?? origin;
    if (site !== 'same-origin' || from !== origin) {
      throw new ApiError('forbidden', `This form is taken from ${origin} only`);
    }
    await next();
  };
}
