import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Installation } from './find-grafana.ts';
import { NoGrafana } from './no-grafana.ts';

const pluginSchema = z.object({
  dependencies: z.object({ grafanaDependency: z.string().regex(/^>=\d+\.\d+\.\d+$/) }),
});

/** The version that all this is tested with. */
const testedMajor = 12;

const answerMs = 30_000;

export interface Version {
  version: string;
  /** What should be known of it. */
  warning?: string;
}

/** Asks a Grafana for its version. One that would not load the plugin is none. */
export async function checkVersion({ program }: Installation, pluginFolder: string): Promise<Version> {
  const version = await askVersion(program);
  const wanted = await wantedVersion(pluginFolder);
  if (compareVersions(version, wanted) < 0) {
    throw new NoGrafana(`Grafana isn't started: ${program} is version ${version}, and the plugin needs ${wanted}`);
  }
  return Number.parseInt(version) === testedMajor
    ? { version }
    : { version, warning: `Grafana ${version} is newer than what this was tested with, ${testedMajor}.x` };
}

async function askVersion(program: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: answerMs });
    return z.string().parse(/\d+\.\d+\.\d+/.exec(stdout)?.[0]);
  } catch (error) {
    throw new NoGrafana(`Grafana isn't started: ${program} --version does not answer with a version`, { cause: error });
  }
}

async function wantedVersion(pluginFolder: string): Promise<string> {
  const text = await readFile(join(pluginFolder, 'src', 'plugin.json'), 'utf8');
  return pluginSchema.parse(JSON.parse(text)).dependencies.grafanaDependency.slice('>='.length);
}

function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
