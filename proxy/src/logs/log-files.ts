import { accessSync, constants } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { type DestinationStream, pino } from 'pino';
import { ConfigError } from '../config.ts';
import { logFileMarks } from './log-file-writer.ts';
import { type FileReport, makeLogFiles, type RotationLimits } from './rotating-file.ts';

export type LogFiles = Record<keyof typeof logFileMarks, DestinationStream> & {
  /** Resolves when all lines are in the files. Not needed before the process ends: its end waits for them. */
  close: () => Promise<void>;
};

/** That the thread which writes the files has ended, or what it says of a file. */
export type LogFilesReport = FileReport | { event: 'log_files_failed'; cause: unknown };

type Writer = ReturnType<typeof pino.transport>;

const restartMs = 10_000;

/**
 * Opens the log files. A thread writes them: it shares 4 MiB of memory with this one, and when they are full, whoever logs
 * waits until some is written. Throws a ConfigError where the folder can't be written to.
 */
export async function openLogFiles(
  limits: RotationLimits,
  report: (report: LogFilesReport) => void
): Promise<LogFiles> {
  prepareFolder(limits.folder);
  let writer: Writer;
  let isUp = false;
  let isClosing = false;
  const start = () => {
    writer = startWriter(limits);
    isUp = true;
    writer.on('report', report);
    // It took nothing for 10 s, or ended by itself: lines are left out until there is a new one.
    writer.on('error', (cause: unknown) => report({ event: 'log_files_failed', cause }));
    writer.on('close', () => {
      if (!isClosing) {
        setTimeout(start, restartMs).unref();
      }
    });
    return writer;
  };
  const file = (mark: string): DestinationStream => ({
    write: (line) => {
      isUp &&= writer.write(mark + line);
    },
  });
  await once(start(), 'ready');
  return {
    admin: file(logFileMarks.admin),
    error: file(logFileMarks.error),
    access: file(logFileMarks.access),
    audit: file(logFileMarks.audit),
    close: async () => {
      isClosing = true;
      const closed = once(writer, 'close');
      writer.end();
      await closed;
    },
  };
}

function startWriter(limits: RotationLimits): Writer {
  // `sync`: no more than the shared memory is kept (pino's docs/transports.md has it, its types don't).
  const options = { target: join(import.meta.dirname, 'log-file-writer.ts'), options: limits, sync: true };
  return pino.transport(options);
}

/** Makes the folder and the files, so that what is in the way is said at the start. */
function prepareFolder(folder: string): void {
  try {
    for (const name of Object.keys(logFileMarks)) {
      makeLogFiles(folder, name);
    }
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new ConfigError([`LOG_DIR: no log files can be written there: ${String(error)}`]);
  }
}
