import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Run {
  child: ChildProcess;
  output: () => string;
  /** Resolves when the output has such text; rejects when the program ends before. */
  seen: (pattern: RegExp) => Promise<RegExpExecArray>;
  exitCode: Promise<number | null>;
}

/** Runs a program of ours with nothing but these settings, in a folder and a process group of its own. */
export function runProgram(path: string, folder: string, settings: Record<string, string>): Run {
  return runCommand([process.execPath, path], folder, settings);
}

export function runCommand(
  [program, ...programArguments]: [string, ...string[]],
  folder: string,
  settings: Record<string, string>
): Run {
  const env = { PATH: process.env['PATH'] ?? '', PORT: '0', ...settings };
  const child = spawn(program, programArguments, { cwd: folder, env, stdio: 'pipe', detached: true });
  let text = '';
  const waiting = new Set<() => void>();
  const add = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) {
      look();
    }
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const exitCode = once(child, 'exit').then(([code]) => code as number | null);
  const seen = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(text);
        if (match !== null) {
          waiting.delete(look);
          resolve(match);
        }
      };
      waiting.add(look);
      look();
      void exitCode.then((code) => reject(new Error(`ended with ${String(code)}:\n${text}`)));
    });
  return { child, output: () => text, seen, exitCode };
}
