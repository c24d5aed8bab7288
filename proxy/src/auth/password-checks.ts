import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import { hashArgon2id, isArgon2id } from './argon2id.ts';
import { type PasswordVerdict, verifyPassword, verifySha256 } from './password.ts';

export interface PasswordCheck {
  verdict: PasswordVerdict;
  /** An argon2id hash of the same password, where it is right and the stored one is a SHA-256 that is to be replaced. */
  rehashed: string | null;
}

export interface PasswordChecks {
  /** `null` stands for a user who doesn't exist. `signal` ends only the wait for a thread. */
  check: (password: string, storedHash: string | null, signal?: AbortSignal) => Promise<PasswordCheck>;
}

// Node has 4 threads for files, names of hosts and this, whatever the machine has.
const maxThreads = 3;

/**
 * Verifies passwords, a few at a time: each argon2id takes a thread and 19 MiB. With `rehash` every check costs one argon2id,
 * whoever is asked for and whatever is stored: how long it takes tells nothing.
 */
export function createPasswordChecks(rehash: boolean): PasswordChecks {
  const queue = new PQueue({ concurrency: Math.min(availableParallelism(), maxThreads) });
  const inTurn = <Result>(work: () => Promise<Result>, signal: AbortSignal | undefined) =>
    // Not as an option of the queue, which would start the next one while the thread of an aborted one still works.
    queue.add(() => {
      signal?.throwIfAborted();
      return work();
    });
  return {
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
