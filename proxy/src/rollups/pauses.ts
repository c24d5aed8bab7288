import { setImmediate } from 'node:timers/promises';

const workMs = 5;

/** Bulk work in the process that answers questions: whenever a pause is due, it lets others have their turn. */
export interface Pauses {
  isDue: () => boolean;
  take: () => Promise<void>;
}

export function createPauses(): Pauses {
  let since = performance.now();
  return {
    isDue: () => performance.now() - since > workMs,
    take: async () => {
      await setImmediate();
      since = performance.now();
    },
  };
}
