import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface ScriptResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one of the programs in `src/cli/` as its npm script does, with these settings and no others. */
export function runScript(
  name: string,
  args: string[],
  settings: Record<string, string>,
  input = ''
): Promise<ScriptResult> {
  return runProgram(join('src', 'cli', `${name}.ts`), args, settings, input);
}

/** The same for any program of the proxy; `path` is from its folder. */
export async function runProgram(
  path: string,
  args: string[],
  settings: Record<string, string>,
  input = ''
): Promise<ScriptResult> {
  const script = join(import.meta.dirname, '..', '..', path);
  const child = spawn(process.execPath, [script, ...args], { env: { PATH: process.env['PATH'], ...settings } });
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exited, stdout, stderr };
}
