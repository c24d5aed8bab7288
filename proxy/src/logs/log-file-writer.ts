import { Writable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { type FileReport, RotatingFile, type RotationLimits } from './rotating-file.ts';

/** The log files, and the first character that a line for each of them comes with. */
export const logFileMarks = { admin: 'a', error: 'e', access: 'r', audit: 'u' } as const;

/**
 * What runs in the thread that writes log files: pino makes it from this file's default export. It takes text in pieces of
 * any length, and what was taken is in the files when the stream has ended.
 */
export default function openLogFileWriter(limits: RotationLimits): Writable {
  const files = new Map<string, RotatingFile>(
    Object.entries(logFileMarks).map(([name, mark]) => [mark, new RotatingFile(name, limits, reportToMain)])
  );
  let rest = '';

  const distribute = async (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      await files.get(line.charAt(0))?.add(line.slice(1));
    }
    await forEach(files, (file) => file.flush());
  };

  return new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      distribute(text).then(() => done(), done);
    },
    final: (done) => {
      forEach(files, (file) => file.close()).then(() => done(), done);
    },
  });
}

async function forEach(files: Map<string, RotatingFile>, act: (file: RotatingFile) => Promise<void>): Promise<void> {
  await Promise.all([...files.values()].map(act));
}

/** As an event of pino's stream in the main thread (thread-stream's README, “Emit events”). */
function reportToMain(report: FileReport): void {
  parentPort?.postMessage({ code: 'EVENT', name: 'report', args: [report] });
}
