/** Numbers of calls by provider. */
export type Counts = Record<string, number>;

/** What was committed, as those know who did it: the database itself knows it between the two. */
export interface Ledger {
  /** COMMIT is about to be sent. */
  sending: (calls: Counts) => void;
  /** COMMIT was answered. */
  committed: (calls: Counts) => void;
  /** At least these can be seen from now on. */
  atLeast: () => Counts;
  /** More than these nobody can have seen yet. */
  atMost: () => Counts;
  /** When so many calls had been committed, in ms of `performance.now()`. */
  timeOf: (calls: number) => number;
}

export function createLedger(): Ledger {
  const sent: Counts = {};
  const done: Counts = {};
  const log: { at: number; calls: number }[] = [{ at: performance.now(), calls: 0 }];
  return {
    sending: (calls) => {
      add(sent, calls);
    },
    committed: (calls) => {
      add(done, calls);
      log.push({ at: performance.now(), calls: total(done) });
    },
    atLeast: () => ({ ...done }),
    atMost: () => ({ ...sent }),
    timeOf: (calls) => log.findLast((entry) => entry.calls <= calls)?.at ?? 0,
  };
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function add(target: Counts, calls: Counts): void {
  for (const [provider, count] of Object.entries(calls)) {
    target[provider] = (target[provider] ?? 0) + count;
  }
}
