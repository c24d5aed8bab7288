import { type Bindings, type DestinationStream, type Level, type Logger, type LoggerOptions, pino } from 'pino';
import { withoutSecrets } from './logs/without-secrets.ts';

export type { Logger };

/**
 * Structured JSON logs on standard output. What could sign someone in is removed wherever it appears, and of an error only
 * what `describeCause` keeps is written: a driver's own fields hold the statement with its values.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    hooks: {
      // Before pino looks at it: it would take an error's message as the message of the line.
      logMethod(values, write) {
        write.apply(this, values.map(withoutErrors) as typeof values);
      },
    },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the logger that is asked for a child
  const { child } = logger;
  // Their fields don't come by the hook. pino's own redaction costs many times as much for every line.
  logger.child = function childWithoutSecrets(this: Logger, bindings, childOptions) {
    return child.call(this, withoutSecrets(bindings) as Bindings, childOptions);
  } as typeof child;
  return logger;
}

/** Writes a line that the log of another thread made, to the log of this one. */
export function writeLine(log: Logger, line: string): void {
  const { level, time: _time, msg, ...fields } = JSON.parse(line) as { level: number; time: string; msg?: string };
  log[pino.levels.labels[level] as Level](fields, msg);
}

function withoutErrors(value: unknown): unknown {
  return value instanceof Error ? { err: withoutSecrets(value) } : withoutSecrets(value);
}
