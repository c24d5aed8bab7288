import { pino } from 'pino';
import type { Config } from '../config.ts';
import { createLogger, type Logger } from '../logger.ts';
import { openLogFiles } from './log-files.ts';
import { openStandardOutput } from './standard-output.ts';

export interface Logs {
  /** The application log. */
  log: Logger;
  /** One line per request; `debug` is for what is asked every few seconds. */
  accessLog: Logger;
  /** Sign-ins, refusals, log-outs, keys. */
  auditLog: Logger;
}

type LogSettings = Pick<Config, 'LOG_LEVEL' | 'LOG_DIR' | 'LOG_MAX_FILE_MIB' | 'LOG_MAX_FILES'>;

/**
 * All lines of LOG_LEVEL go to standard output. With LOG_DIR those of the application are in `admin.log`, too, its errors
 * also in `error.log`; every request is in `access.log`, and what is about people's access is in `audit.log`. Throws a ConfigError where LOG_DIR can't be written to.
 */
export async function openLogs(settings: LogSettings): Promise<Logs> {
  const { LOG_LEVEL, LOG_DIR } = settings;
  const output = openStandardOutput();
  const outputLog = createLogger(LOG_LEVEL, output);
  if (LOG_DIR === undefined) {
    return {
      log: outputLog,
      accessLog: outputLog,
      auditLog: LOG_LEVEL === 'silent' ? outputLog : createLogger('info', output),
    };
  }
  const limits = { folder: LOG_DIR, maxFileMib: settings.LOG_MAX_FILE_MIB, maxFiles: settings.LOG_MAX_FILES };
  const files = await openLogFiles(limits, (report) => outputLog.error(report));
  const application = pino.multistream([
    { level: 'trace', stream: output },
    { level: 'trace', stream: files.admin },
    { level: 'error', stream: files.error },
  ]);
  const access = pino.multistream([
    { level: LOG_LEVEL, stream: output },
    { level: 'debug', stream: files.access },
  ]);
  // Whatever LOG_LEVEL is.
  const audit = pino.multistream([
    { level: LOG_LEVEL, stream: output },
    { level: LOG_LEVEL, stream: files.admin },
    { level: 'error', stream: files.error },
    { level: 'info', stream: files.audit },
  ]);
  return {
    log: createLogger(LOG_LEVEL, application),
    accessLog: createLogger('debug', access),
    auditLog: createLogger('info', audit),
  };
}
