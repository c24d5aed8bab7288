import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';
import type { Env } from './env.ts';

/** Answers 400 to a request whose Host header or address is no such thing, which `createHttpServer` says of it. */
export const refuseUnreadable: MiddlewareHandler<Env> = async function unreadable(c, next) {
  const bindings = c.env as { isUnreadable?: boolean } | undefined;
  if (bindings?.isUnreadable === true) {
    throw new ApiError('invalid_request', 'The Host header or the address is malformed');
  }
  await next();
};
