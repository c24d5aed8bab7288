import type { Logger } from '../logger.ts';

type Console = Record<'log' | 'info' | 'warn' | 'error', (...values: unknown[]) => void>;

/**
 * Makes lines of the log of what libraries print (Kysely does, of a statement that failed after its request was given up).
 * Only the words before the first colon are kept: a driver's own words come after it and may repeat values.
 */
export function logConsole(target: Console, log: Logger): void {
  const print = (...values: unknown[]) => {
    const [text] = values;
    log.warn({ event: 'library_message', text: typeof text === 'string' ? text.split(':', 1)[0] : typeof text });
  };
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    target[method] = print;
  }
}
