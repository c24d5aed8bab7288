import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** With UPDATE_GOLDEN=1 the golden files are written anew: look at the difference before it is committed. */
const update = process.env['UPDATE_GOLDEN'] === '1';

/** Fails where `text` is not what stands in a golden file. `name` is a path below `test/golden`. */
export function expectGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, name);
  if (update) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text, `${name} has drifted; if it should have, run the tests with UPDATE_GOLDEN=1`).toBe(readOrEmpty(path));
}

/** Fails where a folder below `test/golden` holds other files than these. */
export function expectOnlyGolden(folder: string, names: readonly string[]): void {
  const path = join(import.meta.dirname, folder);
  const unknown = readdirSync(path).filter((name) => !names.includes(name));
  if (update) {
    unknown.forEach((name) => {
      rmSync(join(path, name));
    });
  }
  expect(readdirSync(path).sort()).toEqual([...names].sort());
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
