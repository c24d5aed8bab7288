import type { MiddlewareHandler } from 'hono';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import type { Env } from './env.ts';

/** Answers 503 at once while the process is so late with everything that one question more would only make it later. */
export function shedLoad({ config, eventLoopLagMs, telemetry }: Dependencies): MiddlewareHandler<Env> {
  return async function refuseWhileLate(_c, next) {
    if (eventLoopLagMs() > config.MAX_EVENT_LOOP_LAG_MS) {
      telemetry.requestShed();
      throw new ApiError('unavailable', 'The proxy has more to do than it can: ask again in a few seconds', {
        headers: { 'Retry-After': '5' },
        isFault: false,
      });
    }
    await next();
  };
}
