import { type DestinationStream, type Level, type Logger, type LoggerOptions, pino } from 'pino';
import { describeCause } from './describe-cause.ts';

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
    redact: {
      paths: ['password', 'token', 'authorization', 'password_hash', '*.password', '*.token', '*.authorization'],
      censor: '[removed]',
    },
    // For the fields of child loggers, which the hook doesn't see.
    serializers: { err: describeErrors, cause: describeErrors },
    hooks: {
      // Before pino looks at it: it would take an error's message as the message of the line.
      logMethod(values, write) {
        write.apply(this, values.map(withoutErrors) as typeof values);
      },
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Writes a line that the log of another thread made, to the log of this one. */
export function writeLine(log: Logger, line: string): void {
  const { level, time: _time, msg, ...fields } = JSON.parse(line) as { level: number; time: string; msg?: string };
  log[pino.levels.labels[level] as Level](fields, msg);
}

function withoutErrors(value: unknown): unknown {
  if (value instanceof Error) {
    return { err: describeCause(value) };
  }
  return describeErrors(value);
}

/** The same value with every error in it described: as it is, or within plain objects and lists. */
function describeErrors(value: unknown): unknown {
  if (value instanceof Error) {
    return describeCause(value);
  }
  if (Array.isArray(value)) {
    return value.map(describeErrors);
  }
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, describeErrors(field)]));
  }
  return value;
}
