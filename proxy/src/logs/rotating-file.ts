import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { describeCause } from '../describe-cause.ts';

export interface RotationLimits {
  folder: string;
  /** A file that has reached this size becomes an old one. */
  maxFileMib: number;
  /** So many old files of each log are kept, compressed. */
  maxFiles: number;
}

/** Why lines can't be written, or that they can be again and how many may be missing. */
export type FileReport =
  | { event: 'log_file_failed'; file: string; cause: unknown }
  | { event: 'log_file_written_again'; file: string; lines_missing: number };

// Others on the machine have no business in the logs.
const folderMode = 0o750;
const fileMode = 0o640;

// The library writes one piece at a time, and only whole lines may go into a piece: it rotates between pieces.
const pieceCharacters = 64 * 1024;

// A rotation that fails costs as much as one that doesn't.
const retryMs = 1000;
const maxRetryMs = 60_000;

/**
 * Makes what is missing of the folder, the log and the list of its old files. The library would make the folder and the
 * list for everyone to read.
 */
export function makeLogFiles(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true, mode: folderMode });
  for (const file of [`${name}.log`, listOfOldFiles(name)]) {
    closeSync(openSync(join(folder, file), 'a', fileMode));
  }
}

/**
 * The end of `<name>.log`, which becomes `<name>-<time>-1.log.gz` when it is large enough and at midnight UTC. No method
 * throws: what goes wrong is reported once, and tried again. A file that was taken away is made again, and one
 * that was put in its place is gone on with.
 */
export class RotatingFile {
  readonly #name: string;
  readonly #limits: RotationLimits;
  readonly #report: (report: FileReport) => void;
  readonly #now: () => number;
  #stream: RotatingFileStream | undefined;
  /** Of the file that the stream writes to, whatever its name is by now. */
  #identity: string | undefined;
  /** The old file that a rotation is making. */
  #unfinished: string | undefined;
  #lines: string[] = [];
  #characters = 0;
  #failures = 0;
  #missing = 0;
  #retryAt = 0;

  /** `now` counts ms from anywhere. */
  constructor(
    name: string,
    limits: RotationLimits,
    report: (report: FileReport) => void,
    now: () => number = () => performance.now()
  ) {
    this.#name = name;
    this.#limits = limits;
    this.#report = report;
    this.#now = now;
  }

  get #file(): string {
    return `${this.#name}.log`;
  }

  get #path(): string {
    return join(this.#limits.folder, this.#file);
  }

  /** Takes a line without its end. Wait before the next one: it may be written first. */
  async add(line: string): Promise<void> {
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters >= pieceCharacters) {
      await this.flush();
    }
  }

  /** Resolves when all that was added is in the file, or is given up. */
  async flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    this.#characters = 0;
    if (lines.length === 0) {
      return;
    }
    if (this.#now() < this.#retryAt) {
      this.#missing += lines.length;
      return;
    }
    try {
      await this.#write(`${lines.join('\n')}\n`);
      this.#reportSuccess();
    } catch (error) {
      this.#missing += lines.length;
      this.#reportFailure(error);
    }
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#end();
  }

  async #write(piece: string): Promise<void> {
    const identity = identityOf(this.#path);
    if (identity === undefined || identity !== this.#identity) {
      await this.#end();
    }
    this.#stream ??= this.#open();
    // A full disk may have cut off a line: the next one doesn't continue it.
    await append(this.#stream, this.#failures > 0 ? `\n${piece}` : piece);
  }

  #open(): RotatingFileStream {
    const { folder, maxFileMib, maxFiles } = this.#limits;
    makeLogFiles(folder, this.#name);
    // The file in use has no time, which the types leave out.
    const nameOf = (time: Date | number | null, index = 1) => {
      if (!(time instanceof Date)) {
        return this.#file;
      }
      const oldFile = `${this.#name}-${fileTime(time)}-${String(index)}.log.gz`;
      this.#unfinished = join(folder, oldFile);
      return oldFile;
    };
    const stream = createStream(nameOf, {
      path: folder,
      mode: fileMode,
      size: `${maxFileMib}M`,
      interval: '1d',
      intervalUTC: true,
      maxFiles,
      history: listOfOldFiles(this.#name),
      compress: 'gzip',
    });
    stream.on('open', () => {
      this.#identity = identityOf(this.#path);
    });
    stream.on('rotated', () => {
      this.#unfinished = undefined;
    });
    // Whoever writes learns of the same error.
    stream.on('error', () => undefined);
    return stream;
  }

  async #end(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream !== undefined) {
      await new Promise<void>((resolve) => {
        stream.once('close', resolve);
        stream.end();
      });
    }
  }

  #reportSuccess(): void {
    if (this.#failures > 0) {
      this.#report({ event: 'log_file_written_again', file: this.#file, lines_missing: this.#missing });
    }
    this.#failures = 0;
    this.#missing = 0;
  }

  #reportFailure(error: unknown): void {
    // The library ends its stream at any error, and leaves on a full disk what it had compressed so far.
    this.#stream = undefined;
    if (this.#unfinished !== undefined && identityOf(this.#path) !== undefined) {
      rmSync(this.#unfinished, { force: true });
    }
    this.#unfinished = undefined;
    this.#retryAt = this.#now() + Math.min(retryMs * 2 ** this.#failures, maxRetryMs);
    this.#failures += 1;
    if (this.#failures === 1) {
      this.#report({ event: 'log_file_failed', file: this.#file, cause: describeCause(error) });
    }
  }
}

function listOfOldFiles(name: string): string {
  return `${name}.log.txt`;
}

/** The same for as long as the file is open, and of no other file; undefined where none can be reached. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return undefined;
  }
}

/** Such as `20260601T090533.123Z`: names are in the order of their times. */
function fileTime(time: Date): string {
  return time.toISOString().replaceAll(/[-:]/g, '');
}

function append(stream: RotatingFileStream, piece: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}
