import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';

/** Refuses a token in the address, on whichever route: addresses end up in logs (RFC 6750 §2.3 lets servers do so). */
export const refuseTokenInAddress: MiddlewareHandler = async function tokenInAddress(c, next) {
  if (c.req.query('access_token') !== undefined) {
    throw new ApiError('invalid_request', 'access_token: send the token in the Authorization header only');
  }
  await next();
};
