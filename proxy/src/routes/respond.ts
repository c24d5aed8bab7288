import type { Context, ErrorHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { bearerChallenge } from '../auth/unauthenticated.ts';
import { databaseError } from '../database/errors.ts';
import { describeCause } from '../describe-cause.ts';
import { ApiError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Env } from './env.ts';

const internalMessage = 'Something went wrong: the log has the particulars';

// Nobody reads this answer; the log tells it from the others (as nginx does).
const clientGone = 499 as ContentfulStatusCode;

/** The unified success: `{"data": …, "meta": {"request_id": …}}`. */
export function success(c: Context<Env>, data: unknown, meta: Record<string, unknown> = {}): Response {
  return c.json({ data, meta: { request_id: c.get('requestId'), ...meta } });
}

/** The unified failure, for whatever was thrown: no stack, SQL or host reaches the caller, the log gets the cause. */
export function createErrorRenderer(log: Logger): ErrorHandler<Env> {
  return function renderError(thrown, c) {
    if (c.req.raw.signal.aborted) {
      return c.body(null, clientGone);
    }
    const error = thrown instanceof ApiError ? thrown : databaseError(thrown);
    const requestId = c.get('requestId');
    if (error.status >= 500) {
      log.error({
        event: 'request_failed',
        request_id: requestId,
        code: error.code,
        cause: describeCause(error.cause),
      });
    }
    for (const [name, value] of Object.entries({ ...requiredHeaders(error), ...error.headers })) {
      c.header(name, value);
    }
    return c.json(
      {
        error: {
          code: error.code,
          message: publicMessage(error),
          request_id: requestId,
          ...(error.details === undefined ? {} : { details: error.details }),
        },
      },
      error.status
    );
  };
}

/** What the caller reads of an error. What is wrong inside the proxy is for its log only. */
export function publicMessage(error: ApiError): string {
  return error.code === 'internal' ? internalMessage : error.message;
}

function requiredHeaders(error: ApiError): Record<string, string> {
  switch (error.status) {
    case 401:
      return { 'WWW-Authenticate': bearerChallenge };
    case 429:
    case 503:
      return { 'Retry-After': '5' };
    default:
      return {};
  }
}
