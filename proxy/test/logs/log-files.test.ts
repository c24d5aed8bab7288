import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFiles } from '../../src/logs/log-files.ts';
import { oldFiles, readLog } from './read-log.ts';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'ai-metrics-logs-'));
  folder = join(parent, 'made', 'by itself');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

interface Flood {
  lines: number;
  characters: number;
  maxFileMib: number;
  level?: string;
}

/** Runs `flood.ts`; returns the most memory that it had. */
async function flood({ lines, characters, maxFileMib, level = 'info' }: Flood, outputPath: string): Promise<number> {
  const script = join(import.meta.dirname, 'flood.ts');
  const output = await open(outputPath, 'w');
  const child = spawn(process.execPath, [script, folder, level, ...[lines, characters, maxFileMib].map(String)], {
    stdio: ['ignore', output.fd, 'pipe'],
  });
  const exited = new Promise((resolve) => child.on('close', resolve));
  const memory = child.stderr === null ? '' : await text(child.stderr);
  expect(await exited).toBe(0);
  await output.close();
  return Number(memory);
}

const numbers = (lines: Record<string, unknown>[]) => lines.map(({ number }) => number);
const range = (length: number) => Array.from({ length }, (_, index) => index);

describe('log files', () => {
  it('have each of the lines of 100 MB once and in order, within little memory, however fast they come', async () => {
    const memory = await flood({ lines: 100_000, characters: 930, maxFileMib: 5 }, '/dev/null');
    const application = range(100_000).filter((number) => number % 3 !== 0);
    expect(numbers(await readLog(folder, 'admin'))).toEqual(application);
    expect(numbers(await readLog(folder, 'access'))).toEqual(range(100_000).filter((number) => number % 3 === 0));
    expect(numbers(await readLog(folder, 'error'))).toEqual(application.filter((number) => number % 100 === 1));
    expect((await oldFiles(folder, 'admin')).length).toBeGreaterThanOrEqual(12);
    expect((await oldFiles(folder, 'access')).length).toBeGreaterThanOrEqual(6);
    expect(memory).toBeLessThan(300);
  }, 60_000);

  it('have every request at any LOG_LEVEL', async () => {
    const output = join(parent, 'output');
    await flood({ lines: 300, characters: 10, maxFileMib: 1, level: 'error' }, output);
    const errors = [1, 101].map((number) => expect.objectContaining({ level: 50, number }) as unknown);
    expect(await readLog(folder, 'access')).toHaveLength(100);
    expect(await readLog(folder, 'admin')).toEqual(errors);
    expect(
      (await readFile(output, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    ).toEqual(errors);
  });

  it('lack no line when standard output is full', async () => {
    await flood({ lines: 1000, characters: 100, maxFileMib: 1 }, '/dev/full');
    expect(await readLog(folder, 'admin')).toHaveLength(666);
  });

  it('are for the owner and the group only', async () => {
    await flood({ lines: 3000, characters: 1000, maxFileMib: 1 }, '/dev/null');
    const files = await readdir(folder);
    expect(files.length).toBeGreaterThan(6);
    for (const path of [folder, ...files.map((file) => join(folder, file))]) {
      expect((await stat(path)).mode & 0o007, path).toBe(0);
    }
  });
});

describe('openLogFiles', () => {
  const limits = () => ({ folder, maxFileMib: 1, maxFiles: 2 });
  const noReport = (report: unknown) => {
    throw new Error(JSON.stringify(report));
  };
  const numbered = (from: number, to: number) =>
    range(to)
      .slice(from)
      .map((number) => `{"number":${number}}\n`);

  it('goes on with the files that are there, and leaves one behind that is large enough', async () => {
    await mkdir(folder, { recursive: true });
    // Most have 17 bytes: more than 1 MiB.
    await writeFile(join(folder, 'admin.log'), numbered(0, 70_000).join(''));
    await writeFile(join(folder, 'error.log'), numbered(0, 2).join(''));
    const files = await openLogFiles(limits(), noReport);
    files.admin.write('{"number":70000}\n');
    files.error.write('{"number":2}\n');
    await files.close();
    expect(numbers(await readLog(folder, 'admin'))).toEqual(range(70_001));
    expect(numbers(await readLog(folder, 'error'))).toEqual([0, 1, 2]);
    expect(await oldFiles(folder, 'admin')).toHaveLength(1);
    expect(await oldFiles(folder, 'error')).toEqual([]);
  });

  it('keeps so many old files, the newest ones', async () => {
    const files = await openLogFiles(limits(), noReport);
    for (const line of numbered(0, 300_000)) {
      files.admin.write(line);
    }
    await files.close();
    expect(await oldFiles(folder, 'admin')).toHaveLength(2);
    const kept = numbers(await readLog(folder, 'admin'));
    expect(kept.length).toBeLessThan(250_000);
    expect(kept).toEqual(range(300_000).slice(-kept.length));
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a file in its place', () => writeFile(folder, '')],
    ['a folder in the place of a file', () => mkdir(join(folder, 'error.log'), { recursive: true })],
  ])('refuses %s', async (_, prepare) => {
    await mkdir(join(folder, '..'), { recursive: true });
    await prepare();
    await expect(openLogFiles(limits(), noReport)).rejects.toThrow(
      / {2}- LOG_DIR: no log files can be written there: /
    );
  });

  it('makes the folder again when it was taken away', async () => {
    const files = await openLogFiles(limits(), noReport);
    await rm(folder, { recursive: true });
    files.admin.write('{"number":1}\n');
    await files.close();
    expect(existsSync(join(folder, 'admin.log'))).toBe(true);
    expect(numbers(await readLog(folder, 'admin'))).toEqual([1]);
  });
});
