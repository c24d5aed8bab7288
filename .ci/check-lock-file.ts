/**
 * `node .ci/check-lock-file.ts` fails for what is wrong in package-lock.json; with `--fix` (`npm run lock`) it mends it.
 *
 * Some packages carry their binaries beside a `binding.gyp` and say `"gypfile": false`, so that npm compiles nothing.
 * `npm install` leaves this out of the lock file, and then `npm ci` does compile, because npm 10 and 11 ask the lock file
 * and not the package: that needs a compiler, and headers from the network. Where the lock file says it, npm heeds it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const entrySchema = z.looseObject({ gypfile: z.boolean().optional(), resolved: z.string().optional() });
// In npm's own order, which is the order in which they are written back.
const lockSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  lockfileVersion: z.number(),
  requires: z.boolean(),
  packages: z.record(z.string(), entrySchema),
});

const root = join(import.meta.dirname, '..');
const path = join(root, 'package-lock.json');
const lock = lockSchema.parse(JSON.parse(readFileSync(path, 'utf8')));

const problems: string[] = [];
for (const [folder, entry] of Object.entries(lock.packages)) {
  if (entry.gypfile !== false && carriesItsBinaries(join(root, folder))) {
    entry.gypfile = false;
    problems.push(`${folder}: "gypfile": false is missing`);
  }
  if (entry.resolved?.startsWith('http') === true) {
    delete entry.resolved;
    problems.push(`${folder}: names a registry`);
  }
}

if (process.argv.includes('--fix')) {
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
} else if (problems.length > 0) {
  console.log(`package-lock.json, to be mended by \`npm run lock\`:\n${problems.join('\n')}`);
  process.exitCode = 1;
}

function carriesItsBinaries(folder: string): boolean {
  const manifest = join(folder, 'package.json');
  return (
    existsSync(join(folder, 'binding.gyp')) &&
    existsSync(manifest) &&
    entrySchema.parse(JSON.parse(readFileSync(manifest, 'utf8'))).gypfile === false
  );
}
