/** Work that is under way, by what was asked: whoever asks the same meanwhile gets the same result. */
export interface InFlight<Result> {
  /**
   * The result of the work under way for `key`, or of `work`, which begins now. A caller that goes away gets his own reason
   * at once. The signal of the work aborts only when all of its callers are gone, with the reason of the last one; who comes
   * after that begins anew. A failure goes to all callers, and is not kept.
   */
  share(key: string, caller: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

interface Running<Result> {
  result: Promise<Result>;
  callers: number;
  controller: AbortController;
}

/** `observe` is told of every caller that is not gone already whether the work was under way. */
export function createInFlight<Result>(observe: (wasRunning: boolean) => void): InFlight<Result> {
  const running = new Map<string, Running<Result>>();

  const begin = (key: string, work: (signal: AbortSignal) => Promise<Result>): Running<Result> => {
    const controller = new AbortController();
    const begun = { result: work(controller.signal), callers: 0, controller };
    running.set(key, begun);
    const forget = () => {
      forgetOnly(key, begun);
    };
    // Where all callers are gone, nobody else is there to catch its failure.
    begun.result.then(forget, forget);
    return begun;
  };

  const forgetOnly = (key: string, done: Running<Result>) => {
    // Another one may have begun in its place.
    if (running.get(key) === done) {
      running.delete(key);
    }
  };

  return {
    share: async (key, caller, work) => {
      caller.throwIfAborted();
      const known = running.get(key);
      observe(known !== undefined);
      const shared = known ?? begin(key, work);
      shared.callers += 1;
      const gone = Promise.withResolvers<never>();
      const leave = () => {
        shared.callers -= 1;
        if (shared.callers === 0) {
          forgetOnly(key, shared);
          shared.controller.abort(caller.reason);
        }
        gone.reject(caller.reason);
      };
      caller.addEventListener('abort', leave, { once: true });
      try {
        return await Promise.race([shared.result, gone.promise]);
      } finally {
        caller.removeEventListener('abort', leave);
      }
    },
  };
}

/** Text that is the same for two values of JSON if they differ in the order of keys only. What is undefined is left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member
  );
}
