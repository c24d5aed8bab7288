import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Writes a file for the tests of one file, which takes it away at their end; returns its path. */
export function csvFile(content: string | Uint8Array): string {
  folder ??= mkdtempSync(join(tmpdir(), 'ai-metrics-csv-'));
  files += 1;
  const path = join(folder, `${String(files)}.csv`);
  writeFileSync(path, content);
  return path;
}

let folder: string | undefined;
let files = 0;

afterAll(() => {
  if (folder !== undefined) {
    rmSync(folder, { recursive: true });
  }
});
