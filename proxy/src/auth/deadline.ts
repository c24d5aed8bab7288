import { databaseError } from '../database/errors.ts';
import { ApiError } from '../errors.ts';

/**
 * Runs look-ups that must not keep a caller waiting; throws an ApiError `unavailable` after `ms`. The work gets a signal
 * that ends it, also while it waits for a connection: mysql2's pool has no limit for that of its own.
 */
export async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(outOfTime(new Error(`no answer within ${String(ms)} ms`)));
    controller.abort();
  }, ms);
  try {
    return await Promise.race([work(controller.signal), late.promise]);
  } catch (error) {
    // The server's own limit is about as long, and may be the first to pass: there is no question to narrow here.
    throw databaseError(error).code === 'query_timeout' ? outOfTime(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

function outOfTime(cause: unknown): ApiError {
  return new ApiError('unavailable', 'The database did not answer in time', { cause, headers: { 'Retry-After': '5' } });
}
