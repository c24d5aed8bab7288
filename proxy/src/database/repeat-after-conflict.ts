import { setTimeout as pause } from 'node:timers/promises';
import { isConflict } from './errors.ts';

const attempts = 6;
const longestPauseMs = 50;

/**
 * Runs a whole transaction, or a statement that is one, again when the server ended it because of another one, as in a
 * deadlock: nothing of it was done then. After a few times the error is the caller's.
 */
export async function repeatAfterConflict<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === attempts || !isConflict(error)) {
        throw error;
      }
      await pause(attempt * longestPauseMs * Math.random());
    }
  }
}
