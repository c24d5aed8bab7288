import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const mainPath = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

export interface RunningProxy {
  child: ChildProcess;
  output: () => string;
  /** Resolves when the output has such text; rejects when the program ends before. */
  seen: (pattern: RegExp) => Promise<RegExpExecArray>;
  exitCode: Promise<number | null>;
}

/** The program as `npm start` runs it, with nothing but these settings, in a folder of its own. */
export function runProxy(folder: string, settings: Record<string, string>, nodeArguments: string[] = []): RunningProxy {
  const env = { PATH: process.env['PATH'] ?? '', PORT: '0', ...settings };
  const child = spawn(process.execPath, [...nodeArguments, mainPath], { cwd: folder, env, stdio: 'pipe' });
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
