import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../proxy/src/clock.ts';
import { endChild, startChild } from './child.ts';
import { type Environment, withoutProxySettings } from './environment.ts';
import { NoGrafana } from './no-grafana.ts';
import { discard, isOutdated, markBuilt, partsOf, type PluginPart } from './plugin-parts.ts';
import type { StopRequests } from './stop-requests.ts';

export interface BuildContext {
  env: Environment;
  clock: Clock;
  requests: StopRequests;
  say: (text: string) => void;
}

const graceMs = 5000;

/** Builds what is missing of the plugin or older than its sources; where all is there it does nothing. */
export async function buildPlugin(pluginFolder: string, context: BuildContext): Promise<void> {
  const outdated = partsOf(pluginFolder, process.platform, process.arch).filter(isOutdated);
  if (outdated.some(({ needsGo }) => needsGo) && !(await hasGo(pluginFolder, context))) {
    throw new NoGrafana(
      `Grafana isn't started: the plugin's back end has to be built, and go is not on the PATH. Install Go ` +
        `${wantedGo(pluginFolder)} or newer (https://go.dev/dl/), and run npm start again`
    );
  }
  for (const part of outdated) {
    await build(part, pluginFolder, context);
  }
}

async function build(part: PluginPart, folder: string, context: BuildContext): Promise<void> {
  const beganMs = context.clock();
  context.say(`Building the plugin's ${part.name} (npm run ${part.script} -w plugin); this is done once`);
  const code = await run('npm', ['run', '--silent', part.script], 'inherit', folder, context);
  if (code !== 0) {
    discard(part);
    throw new NoGrafana(`Grafana isn't started: the plugin's ${part.name} can't be built; what is wrong is above`);
  }
  markBuilt(part, beganMs);
}

async function hasGo(folder: string, context: BuildContext): Promise<boolean> {
  return (await run('go', ['version'], 'ignore', folder, context)) === 0;
}

async function run(
  program: string,
  programArguments: string[],
  output: 'inherit' | 'ignore',
  folder: string,
  { env, requests: { stop, insist } }: BuildContext
): Promise<number> {
  const child = startChild(program, programArguments, {
    folder,
    env: withoutProxySettings(env),
    stdio: ['ignore', output, output],
  });
  const end = () => void endChild(child, 'SIGTERM', graceMs, insist);
  stop.addEventListener('abort', end);
  const code = await child.exited;
  stop.removeEventListener('abort', end);
  return code;
}

function wantedGo(folder: string): string {
  const [, version = ''] = /^go (\S+)$/m.exec(readFileSync(join(folder, 'go.mod'), 'utf8')) ?? [];
  return version;
}
