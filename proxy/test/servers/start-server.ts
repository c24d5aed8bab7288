import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { askVersion } from './ask-version.ts';
import { findServerProgram } from './find-program.ts';
import { initializeCommand, serverArguments } from './server-arguments.ts';
import { engineOfVersion, type ServerEngine, serverNames } from './server-engine.ts';
import { freePort } from '../support/free-port.ts';

export interface RunningServer {
  /** Of an account that may do everything, without a database: `mysql://test:test@127.0.0.1:<port>`. */
  url: string;
  version: string;
  stop(): Promise<void>;
}

export interface StartServerOptions {
  engine: ServerEngine;
  /** More arguments for the server, such as `--sql-mode=NO_BACKSLASH_ESCAPES`. */
  args?: string[];
}

const account = { user: 'test', password: 'test' };
const startTimeoutMs = 90_000;
const attempts = 3;

/**
 * Starts a server of its own in a temporary folder, on a free port of 127.0.0.1, and waits until it answers.
 * It ends with `stop()`, and in any case with this process. Throws an Error that holds the server's own last words.
 */
export async function startServer({ engine, args = [] }: StartServerOptions): Promise<RunningServer> {
  const found = findServerProgram(engine, process.env);
  if ('reason' in found) {
    throw new Error(found.reason);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(engine, found.program, args);
    } catch (error) {
      // Between finding a free port and listening on it somebody else may have taken it.
      const portTaken = error instanceof Error && /address already in use|another.*mysqld.*port/i.test(error.message);
      if (!portTaken || attempt === attempts) {
        throw error;
      }
    }
  }
}

async function startOnce(engine: ServerEngine, program: string, args: string[]): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), `ai-metrics-${engine}-`));
  writeFileSync(join(folder, 'accounts.sql'), accountStatements());
  const port = await freePort();
  const commands = [
    initializeCommand(engine, { program, folder }),
    [program, ...serverArguments(engine, folder, port, args)],
  ];
  const keeper = spawn(
    process.execPath,
    [join(import.meta.dirname, 'keep-server.ts'), folder, JSON.stringify(commands)],
    // A process group of its own: Ctrl-C must not end the keeper before the server.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true }
  );
  const stop = async () => {
    if (keeper.exitCode === null && keeper.signalCode === null) {
      const ended = once(keeper, 'exit');
      keeper.stdin.end();
      await ended;
    }
  };
  const words = lastWords(keeper);
  try {
    const url = `mysql://${account.user}:${account.password}@127.0.0.1:${String(port)}`;
    const version = await untilAnswers(url, keeper);
    if (engineOfVersion(version) !== engine) {
      throw new Error(`${program} is not ${serverNames[engine]} but ${version}`);
    }
    return { url, version, stop };
  } catch (error) {
    await stop();
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${serverNames[engine]} did not start: ${String(error)}\n${words()}`, { cause: error });
  }
}

/** One statement per line, as an init file wants them. */
function accountStatements(): string {
  const name = `'${account.user}'@'127.0.0.1'`;
  return [
    `CREATE USER IF NOT EXISTS ${name} IDENTIFIED BY '${account.password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${name} WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

type Keeper = ChildProcessByStdio<Writable, Readable, Readable>;

function lastWords(keeper: Keeper): () => string {
  let words = '';
  const add = (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4000);
  };
  keeper.stdout.on('data', add);
  keeper.stderr.on('data', add);
  return () => words;
}

async function untilAnswers(url: string, keeper: Keeper): Promise<string> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const version = await askVersion(url).catch(() => undefined);
    if (version !== undefined) {
      return version;
    }
    if (keeper.exitCode !== null || keeper.signalCode !== null) {
      throw new Error('the program ended');
    }
    if (performance.now() > deadline) {
      throw new Error(`no answer within ${String(startTimeoutMs / 1000)} s`);
    }
    await setTimeout(100);
  }
}
