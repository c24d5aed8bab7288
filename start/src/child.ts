import { type ChildProcess, spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import type { Environment } from './environment.ts';

/** A program that this one started. */
export interface Child {
  process: ChildProcess;
  /** Its exit code, 128 + the number of the signal that ended it, or 127 if it could not be started. */
  exited: Promise<number>;
}

export interface ChildOptions {
  folder: string;
  env: Environment;
  stdio: StdioOptions;
}

const isWindows = process.platform === 'win32';
const running = new Set<ChildProcess>();

// Nothing is left behind, however this program ends.
process.on('exit', () => {
  for (const child of running) {
    killGroup(child);
  }
});

/** Starts a program in a process group of its own: Ctrl+C in the terminal reaches only this one, which ends it in order. */
export function startChild(program: string, programArguments: string[], options: ChildOptions): Child {
  const child = spawn(program, programArguments, {
    cwd: options.folder,
    env: options.env,
    stdio: options.stdio,
    // A console of its own would be a window on Windows, and npm is a script there.
    detached: !isWindows,
    shell: isWindows && program === 'npm',
  });
  running.add(child);
  const exited = new Promise<number>((resolve) => {
    child.on('error', () => {
      running.delete(child);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      // What it started itself ends with it.
      killGroup(child);
      running.delete(child);
      resolve(code ?? exitCodeOf(signal));
    });
  });
  return { process: child, exited };
}

/** Asks a program to end, and waits for it. It is killed after `graceMs`, or when `insist` is aborted. */
export async function endChild(
  { process: child, exited }: Child,
  signal: NodeJS.Signals,
  graceMs: number,
  insist: AbortSignal
): Promise<void> {
  // On Windows a program can't be asked, but Ctrl+C has reached it already.
  if (!isWindows) {
    child.kill(signal);
  }
  const kill = () => {
    if (running.has(child)) {
      killGroup(child);
    }
  };
  const grace = setTimeout(kill, graceMs);
  insist.addEventListener('abort', kill);
  if (insist.aborted) {
    kill();
  }
  await exited;
  clearTimeout(grace);
  insist.removeEventListener('abort', kill);
}

/** What a shell makes of the end by a signal. */
export function exitCodeOf(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) {
    return;
  }
  if (isWindows) {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
