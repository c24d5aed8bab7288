import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface LogLine extends Record<string, unknown> {
  event: string;
}

/** All lines of a log: of its old files, oldest first, then of the one in use. Fails at a line that is torn. */
export async function readLog(folder: string, name: 'admin' | 'error' | 'access' | 'audit'): Promise<LogLine[]> {
  const texts = await Promise.all((await oldFiles(folder, name)).map((file) => readFile(join(folder, file))));
  const text = texts.map((old) => gunzipSync(old).toString()).join('');
  const all = text + (await readFile(join(folder, `${name}.log`), 'utf8'));
  return all
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine);
}

/** Their names, oldest first. */
export async function oldFiles(folder: string, name: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => file.startsWith(`${name}-`)).sort();
}
