import { join } from 'node:path';
import { type Run, runCommand } from './run-program.ts';

const mainPath = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** The proxy with nothing but these settings, in a folder of its own. */
export function runProxy(folder: string, settings: Record<string, string>, nodeArguments: string[] = []): Run {
  return runCommand([process.execPath, ...nodeArguments, mainPath], folder, settings);
}
