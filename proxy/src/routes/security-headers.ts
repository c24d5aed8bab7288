import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';

/** Of every answer that says nothing else. */
export const protectiveHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Headers of every answer: figures are never stored on the way, and nothing here is ever run or framed by a browser. Only
 * pages and static files bring their own for some.
 */
export const securityHeaders: MiddlewareHandler<Env> = async function setSecurityHeaders(c, next) {
  await next();
  // Not by c.header(), which would copy the answer.
  const { headers } = c.res;
  for (const [name, value] of Object.entries(protectiveHeaders)) {
    if (!headers.has(name)) {
      headers.set(name, value);
    }
  }
};
