import { createEndRequests } from '../../proxy/src/end-requests.ts';

export interface StopRequests {
  /** Aborted when this program is asked to end. */
  stop: AbortSignal;
  /** The signal that asked. */
  signal: () => NodeJS.Signals;
  /** Aborted when it is asked again: at once. */
  insist: AbortSignal;
  /** From now on signals do what they do by themselves. */
  forget: () => void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const parentCheckMs = 500;

/**
 * Listens for what ends this program: signals, and under npm also the end of the process that started it. npm passes
 * SIGTERM to a shell, which ends without passing it on.
 */
export function listenForStop(isUnderNpm: boolean): StopRequests {
  const stop = new AbortController();
  const insist = new AbortController();
  const nextRequest = createEndRequests();
  let first: NodeJS.Signals = 'SIGTERM';
  const ask = (signal: NodeJS.Signals) => {
    const request = nextRequest();
    if (request === 'first') {
      first = signal;
      stop.abort();
    } else if (request === 'again') {
      insist.abort();
    }
  };
  const parent = process.ppid;
  const parentCheck = setInterval(() => {
    // Where it ends by the same Ctrl+C, that is no second request.
    if (isUnderNpm && process.ppid !== parent && !stop.signal.aborted) {
      ask('SIGTERM');
    }
  }, parentCheckMs);
  parentCheck.unref();
  for (const signal of signals) {
    process.on(signal, ask);
  }
  return {
    stop: stop.signal,
    signal: () => first,
    insist: insist.signal,
    forget: () => {
      for (const signal of signals) {
        process.off(signal, ask);
      }
    },
  };
}
