/**
 * A program of its own that keeps one database server: `node keep-server.ts FOLDER COMMANDS`, where COMMANDS is a JSON
 * list of commands that run one after the other, the server last. When its standard input closes (because the tests are
 * done, have failed or were killed) it ends what runs and removes the folder, so that no end of a test run leaves a
 * server behind.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { z } from 'zod';

const [folder, commands] = z.tuple([z.string(), z.string()]).parse(process.argv.slice(2));
const left = z.array(z.tuple([z.string()], z.string())).parse(JSON.parse(commands));

// Ctrl-C reaches every program of a terminal, but only the tests say when the server ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

let kill = (): void => undefined;
process.stdin.on('close', () => {
  left.length = 0;
  kill();
});
process.stdin.resume();
runNext();

function runNext(): void {
  const command = left.shift();
  if (command === undefined) {
    leave(0);
    return;
  }
  const [program, ...programArguments] = command;
  const running = spawn(program, programArguments, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  // The data is thrown away, so there is nothing to shut down cleanly; an installer is a script with children.
  kill = () => {
    if (running.pid !== undefined) {
      process.kill(-running.pid, 'SIGKILL');
    }
  };
  running.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    leave(1);
  });
  running.on('exit', (code) => {
    kill = () => undefined;
    if (code === 0) {
      runNext();
    } else {
      leave(1);
    }
  });
}

function leave(code: number): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}
