import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileReport, RotatingFile } from '../../src/logs/rotating-file.ts';

let parent: string;
let folder: string;
let file: RotatingFile;
let reports: FileReport[];
let now: number;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'ai-metrics-logs-'));
  folder = join(parent, 'logs');
  reports = [];
  now = 0;
  file = new RotatingFile(
    'admin',
    { folder, maxFileMib: 1, maxFiles: 2 },
    (report) => reports.push(report),
    () => now
  );
});
afterEach(async () => {
  await file.close();
  await rm(parent, { recursive: true, force: true });
});

const write = async (line: string) => {
  await file.add(line);
  await file.flush();
};
const content = () => readFile(join(folder, 'admin.log'), 'utf8');

describe('RotatingFile', () => {
  it('makes the file again when it or its folder was taken away', async () => {
    await write('one');
    await rm(join(folder, 'admin.log'));
    await write('two');
    expect(await content()).toBe('two\n');
    await rm(folder, { recursive: true });
    await write('three');
    await write('four');
    expect(await content()).toBe('three\nfour\n');
    expect(reports).toEqual([]);
  });

  it('goes on with a file that was put in its place', async () => {
    await write('one');
    await rename(join(folder, 'admin.log'), join(folder, 'admin.log.1'));
    await writeFile(join(folder, 'admin.log'), '');
    await write('two');
    await write('x'.repeat(1024 * 1024));
    // In place of the one that the rotation has just made.
    await rename(join(folder, 'admin.log'), join(folder, 'admin.log.2'));
    await writeFile(join(folder, 'admin.log'), '');
    await write('three');
    expect(await readFile(join(folder, 'admin.log.1'), 'utf8')).toBe('one\n');
    expect(await readFile(join(folder, 'admin.log.2'), 'utf8')).toBe('');
    expect(await content()).toBe('three\n');
    expect(reports).toEqual([]);
  });

  it('makes all again for the owner and the group only', async () => {
    await write('one');
    await rm(folder, { recursive: true });
    // Enough for an old file, and for the list of them.
    await write('x'.repeat(1024 * 1024));
    const files = await readdir(folder);
    expect(files.sort()).toEqual([expect.stringMatching(/^admin-.*-1\.log\.gz$/), 'admin.log', 'admin.log.txt']);
    for (const path of [folder, ...files.map((name) => join(folder, name))]) {
      expect((await stat(path)).mode & 0o007, path).toBe(0);
    }
  });

  it('says once that it can’t write, tries again now and then, and says how many lines may be missing', async () => {
    await write('one');
    await rm(folder, { recursive: true });
    await writeFile(folder, 'in the way');
    await write('two');
    await write('three');
    now = 1000;
    await write('four');
    expect(reports).toEqual([
      {
        event: 'log_file_failed',
        file: 'admin.log',
        cause: expect.objectContaining({ code: expect.stringMatching(/EEXIST|ENOTDIR/) as string }) as unknown,
      },
    ]);
    await rm(folder);
    now = 2999;
    await write('five');
    now = 3000;
    await write('six');
    await write('seven');
    expect(reports.slice(1)).toEqual([{ event: 'log_file_written_again', file: 'admin.log', lines_missing: 4 }]);
    expect(await content()).toBe('\nsix\nseven\n');
  });

  it('can fail again, and says so again', async () => {
    for (const _ of [1, 2]) {
      await write('a line');
      await rm(folder, { recursive: true });
      await writeFile(folder, 'in the way');
      await write('a line');
      await rm(folder);
      now += 1000;
      await write('a line');
    }
    expect(reports.map(({ event }) => event)).toEqual([
      'log_file_failed',
      'log_file_written_again',
      'log_file_failed',
      'log_file_written_again',
    ]);
  });
});
