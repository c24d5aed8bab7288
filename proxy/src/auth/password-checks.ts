import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import { ApiError } from '../errors.ts';
import { hashArgon2id, isArgon2id } from './argon2id.ts';
import { type PasswordVerdict, verifyPassword, verifySha256 } from './password.ts';

export interface PasswordCheck {
  verdict: PasswordVerdict;
  /** An argon2id hash of the same password, where it is right and the stored one is a SHA-256 that is to be replaced. */
  rehashed: string | null;
}

export interface PasswordChecks {
  /**
   * Runs a whole sign-in, which will check a password, before anything is counted or looked up for it. Throws an ApiError
   * `unavailable` where so many are under way that this one would wait too long.
   */
  admit: <Result>(signIn: () => Promise<Result>) => Promise<Result>;
  /** Throws as `admit` would now: so that a sign-in which won't be admitted costs nothing. */
  refuseSurplus: () => void;
  /** `null` stands for a user who doesn't exist. `signal` ends only the wait for a thread. Throws as `admit` does. */
  check: (password: string, storedHash: string | null, signal?: AbortSignal) => Promise<PasswordCheck>;
}

// Node has 4 threads for files, names of hosts and this, whatever the machine has. One core is left for questions.
const maxThreads = 3;

// An argon2id takes some 10 ms, on a busy machine 50: the last one in line waits less than a second.
const waitingPerThread = 16;

/**
 * Verifies passwords, a few at a time: each argon2id takes a thread and 19 MiB. With `rehash` every check costs one argon2id,
 * whoever is asked for and whatever is stored: how long it takes tells nothing.
 */
export function createPasswordChecks(
  rehash: boolean,
  threads = Math.min(Math.max(1, availableParallelism() - 1), maxThreads)
): PasswordChecks {
  const queue = new PQueue({ concurrency: threads });
  const maxWaiting = threads * waitingPerThread;
  let admitted = 0;
  const inTurn = <Result>(work: () => Promise<Result>, signal: AbortSignal | undefined) => {
    if (queue.size >= maxWaiting) {
      throw tooManyAtOnce();
    }
    // Not as an option of the queue, which would start the next one while the thread of an aborted one still works.
    return queue.add(() => {
      signal?.throwIfAborted();
      return work();
    });
  };
  const refuseSurplus = () => {
    // Where only a SHA-256 may have to be verified, nobody has to wait.
    if (rehash && admitted >= threads + maxWaiting) {
      throw tooManyAtOnce();
    }
  };
  return {
    refuseSurplus,
    admit: async (signIn) => {
      refuseSurplus();
      admitted += 1;
      try {
        return await signIn();
      } finally {
        admitted -= 1;
      }
    },
    check: async (password, storedHash, signal) => {
      if (storedHash !== null && isArgon2id(storedHash)) {
        return { verdict: await inTurn(() => verifyPassword(password, storedHash), signal), rehashed: null };
      }
      const verdict = verifySha256(password, storedHash);
      // A wrong password is hashed as well, and so is that of nobody: for the time it takes.
      const rehashed = rehash ? await inTurn(() => hashArgon2id(password), signal) : null;
      return { verdict, rehashed: verdict === 'match' ? rehashed : null };
    },
  };
}

function tooManyAtOnce(): ApiError {
  return new ApiError('unavailable', 'Too many people are signing in at once: try again in a few seconds', {
    headers: { 'Retry-After': '5' },
    isFault: false,
  });
}
