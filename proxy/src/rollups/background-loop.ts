import { setTimeout as pause } from 'node:timers/promises';

export interface BackgroundLoop {
  /** Aborts when the loop has to stop. */
  signal: AbortSignal;
  start: () => void;
  /** Resolves when the round that is under way has ended. */
  stop: () => Promise<void>;
}

/** Runs `round` again and again; it returns how long to wait before the next one, in ms, and doesn't throw. */
export function createBackgroundLoop(round: () => Promise<number>): BackgroundLoop {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running = Promise.resolve();
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const waitMs = await round();
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
    }
  };
  return {
    signal,
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
