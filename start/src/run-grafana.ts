import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, startChild } from './child.ts';
import { grafanaHost } from './choose-port.ts';
import type { Environment } from './environment.ts';
import { grafanaEnvironment } from './grafana-settings.ts';
import type { GrafanaSignIn } from './grafana-sign-in.ts';
import type { PreparedGrafana } from './prepare-grafana.ts';

const askEveryMs = 250;
const shownLines = 10;

export function logFileOf({ folders }: PreparedGrafana): string {
  return join(folders.logs, 'grafana.log');
}

/** Starts Grafana. What it prints itself, such as why it can't start, goes to the end of its log. */
export function startGrafana(
  prepared: PreparedGrafana,
  env: Environment,
  addresses: { rootUrl: string; signIn: GrafanaSignIn }
): Child {
  const { installation, configFile, folders } = prepared;
  const log = openSync(logFileOf(prepared), 'a');
  const settings = { ...prepared, adminPassword: prepared.admin.password, ...addresses };
  const child = startChild(installation.program, ['server', '--homepath', installation.home, '--config', configFile], {
    folder: folders.data,
    env: grafanaEnvironment(env, settings),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

/** Resolves to true as soon as Grafana answers, to false when it ended before. */
export async function answers({ exited }: Child, port: number): Promise<boolean> {
  const ended = exited.then(() => true);
  do {
    if (await isHealthy(port)) {
      return true;
    }
  } while (!(await Promise.race([delay(askEveryMs, false), ended])));
  return false;
}

/** The end of Grafana's log, to say why it ended. */
export function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-shownLines).join('\n');
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${grafanaHost}:${port}/api/health`, { signal: AbortSignal.timeout(5000) });
    return response.ok;
  } catch {
    return false;
  }
}
