import type { Context, ErrorHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { bearerChallenge } from '../auth/unauthenticated.ts';
import { databaseError } from '../database/errors.ts';
import { describeCause } from '../describe-cause.ts';
import { ApiError, type ErrorCode } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { errorPage } from '../pages/error-page.ts';
import { type ErrorText, errorTexts } from '../pages/texts.ts';
import type { Env } from './env.ts';
import { negotiate } from './negotiate.ts';

const internalMessage = 'Something went wrong: the log has the particulars';

// Pages say these in the reader's language; what programs read would add nothing for a person.
const saysNoMore: ReadonlySet<ErrorCode> = new Set(['not_found', 'internal']);

// Nobody reads this answer; the log tells it from the others (as nginx does).
const clientGone = 499 as ContentfulStatusCode;

/** The unified success: `{"data": …, "meta": {"request_id": …}}`. */
export function success(c: Context<Env>, data: unknown, meta: Record<string, unknown> = {}): Response {
  return c.json({ data, meta: { request_id: c.get('requestId'), ...meta } });
}

/** Answers whatever was thrown: no stack, SQL or host reaches the caller, the log gets the cause. */
export function createErrorRenderer(log: Logger, hasGrafana: boolean): ErrorHandler<Env> {
  return function renderError(thrown, c) {
    if (c.req.raw.signal.aborted) {
      return c.body(null, clientGone);
    }
    const error = thrown instanceof ApiError ? thrown : databaseError(thrown);
    logFault(log, c, error);
    return failure(c, error, { hasGrafana });
  };
}

/** Writes the cause of what is not the caller's fault to the log. */
export function logFault(log: Logger, c: Context<Env>, error: ApiError): void {
  if (error.isFault) {
    log.error({
      event: 'request_failed',
      request_id: c.get('requestId'),
      code: error.code,
      cause: describeCause(error.cause),
    });
  }
}

/** The unified failure, and for browsers a page about it, which says `text` where it is given. */
export function failure(
  c: Context<Env>,
  error: ApiError,
  { text, hasGrafana }: { text?: ErrorText; hasGrafana: boolean }
): Response | Promise<Response> {
  for (const [name, value] of Object.entries({ ...requiredHeaders(error), ...error.headers })) {
    c.header(name, value);
  }
  const { code, status, details } = error;
  const message = publicMessage(error);
  const requestId = c.get('requestId');
  return negotiate(c, {
    status,
    page: (language) =>
      errorPage(language, {
        status,
        text: text ?? errorTexts[code],
        message: text !== undefined || saysNoMore.has(code) ? undefined : message,
        requestId,
        hasGrafana,
      }),
    json: () =>
      c.json(
        { error: { code, message, request_id: requestId, ...(details === undefined ? {} : { details }) } },
        status
      ),
  });
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
