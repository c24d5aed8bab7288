import { once } from 'node:events';
import { demoBanner } from '../../proxy/src/banner.ts';
import type { Config } from '../../proxy/src/config.ts';
import { banner } from './banner.ts';
import { endChild } from './child.ts';
import type { Environment } from './environment.ts';
import type { PreparedGrafana } from './prepare-grafana.ts';
import { answers, lastLines, logFileOf, startGrafana } from './run-grafana.ts';
import { localAddress, startProxy } from './run-proxy.ts';
import type { StopRequests } from './stop-requests.ts';

export interface RunContext {
  config: Config;
  env: Environment;
  requests: StopRequests;
  /** For people: that it runs, and what goes wrong. */
  print: (text: string) => void;
  warn: (text: string) => void;
}

const grafanaGraceMs = 15_000;

// The proxy keeps to SHUTDOWN_GRACE_SECONDS by itself; this is for one that hangs.
const hangingProxyMs = 5000;

/** Runs the proxy and Grafana until somebody ends them or the proxy ends. Resolves to the proxy's exit code. */
export async function runBoth(prepared: PreparedGrafana, context: RunContext): Promise<number> {
  const { config, env, requests } = context;
  const proxy = startProxy(env, prepared.repository, grafanaUrl(prepared));
  const over = Promise.race([proxy.exited, stopped(requests)]).then(() => undefined);
  const address = await Promise.race([proxy.address, over]);
  if (address !== undefined) {
    await runGrafana(prepared, localAddress(address), context, over);
  }
  await over;
  // The proxy knows no SIGHUP.
  const signal = requests.signal() === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
  await endChild(proxy, signal, config.SHUTDOWN_GRACE_SECONDS * 1000 + hangingProxyMs, requests.insist);
  return proxy.exited;
}

/** Runs Grafana until all is over or it ends by itself, which leaves the proxy alone. */
async function runGrafana(
  prepared: PreparedGrafana,
  proxyAddress: string,
  { config, env, requests, print, warn }: RunContext,
  over: Promise<undefined>
): Promise<void> {
  const grafana = startGrafana(prepared, env, proxyAddress);
  const logFile = logFileOf(prepared);
  const isUp = await Promise.race([answers(grafana, prepared.port), over]);
  if (isUp === true) {
    const adminHint = prepared.admin.hint;
    print(banner({ isDemo: config.demo, proxyAddress, grafanaUrl: grafanaUrl(prepared), adminHint, logFile }));
  }
  const code = await Promise.race([grafana.exited, over]);
  if (code === undefined) {
    await endChild(grafana, 'SIGTERM', grafanaGraceMs, requests.insist);
    return;
  }
  warn(`Grafana ended with ${code}. The proxy goes on at ${proxyAddress}. The last lines of ${logFile}:\n`);
  warn(`${lastLines(logFile)}\n`);
  if (isUp !== true && config.demo) {
    print(demoBanner(proxyAddress));
  }
}

function grafanaUrl({ port }: PreparedGrafana): string {
  return `http://localhost:${port}/`;
}

async function stopped({ stop }: StopRequests): Promise<void> {
  if (!stop.aborted) {
    await once(stop, 'abort');
  }
}
