import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';

/** Headers of every answer: figures are never stored on the way, and nothing here is ever run or framed by a browser. */
export const securityHeaders: MiddlewareHandler<Env> = async function setSecurityHeaders(c, next) {
  await next();
  c.header('Cache-Control', 'no-store');
  c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
};
