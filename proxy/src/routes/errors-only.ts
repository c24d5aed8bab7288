import type { MiddlewareHandler } from 'hono';

/** Turns anything else that is thrown into an Error, as Hono renders only those: the reason of an AbortSignal can be text. */
export const errorsOnly: MiddlewareHandler = async function throwErrors(_c, next) {
  try {
    await next();
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new Error(String(thrown));
  }
};
