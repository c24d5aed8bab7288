import { describeCause } from '../describe-cause.ts';
import type { Logger } from '../logger.ts';

const firstWaitMs = 2000;
const longestWaitMs = 30_000;

/** Logs a failure once, however often it comes back, and says how long to wait before the next attempt. */
export interface FailureLog {
  /** Returns the wait in ms. */
  failed: (error: unknown) => number;
  /** It works again. */
  worked: () => void;
  isFailing: () => boolean;
}

export function createFailureLog(log: Logger): FailureLog {
  let last: string | undefined;
  let waitMs = firstWaitMs;
  return {
    failed: (error) => {
      const kind = kindOf(error);
      if (kind !== last) {
        log.error({ event: 'rollups_failed', cause: describeCause(error) }, 'Rollups are not built now; tried again');
        waitMs = firstWaitMs;
      }
      last = kind;
      const wait = waitMs;
      waitMs = Math.min(2 * waitMs, longestWaitMs);
      return wait;
    },
    worked: () => {
      if (last !== undefined) {
        log.info({ event: 'rollups_work_again' });
      }
      last = undefined;
      waitMs = firstWaitMs;
    },
    isFailing: () => last !== undefined,
  };
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  return [error.name, code, errno, error.cause === undefined ? error.message : kindOf(error.cause)].join(' ');
}
