/**
 * Reads docker-compose.yml as Compose does, with a file that `compose/make-env` has just made: with and without the demo.
 * And without such a file, it must say what to run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCompose } from './find-compose.ts';

const compose = findCompose(process.env);
if (compose === undefined) {
  throw new Error('Compose 2 is not installed');
}
const [program, ...options] = compose;
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'ai-metrics-compose-'));
// Settings of the machine win over those of the file.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(STACK|COMPOSE)_/.test(name)));
const run = (command: string, args: string[]) => spawnSync(command, args, { cwd: root, encoding: 'utf8', env });
const config = (file: string, ...profile: string[]) =>
  run(program, [...options, '--env-file', join(folder, file), ...profile, 'config', '--quiet']);

const made = run('sh', ['compose/make-env', join(folder, 'made')]);
writeFileSync(join(folder, 'empty'), '');
const checks = [
  { name: 'compose/make-env', result: made, isRight: made.status === 0 },
  ...[config('made'), config('made', '--profile', 'demo')].map((result) => ({
    name: 'docker compose config',
    result,
    isRight: result.status === 0 && result.stderr === '',
  })),
  ...[config('empty')].map((result) => ({
    name: 'docker compose config without settings',
    result,
    isRight: result.status !== 0 && result.stderr.includes('run sh compose/make-env'),
  })),
];
rmSync(folder, { recursive: true });

for (const { name, result } of checks.filter(({ isRight }) => !isRight)) {
  console.error(`${name} ended with ${String(result.status)}:\n${result.stderr}`);
  process.exitCode = 1;
}
