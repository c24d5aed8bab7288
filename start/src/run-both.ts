import { once } from 'node:events';
import { demoBanner } from '../../proxy/src/banner.ts';
import type { Config } from '../../proxy/src/config.ts';
import { banner } from './banner.ts';
import { endChild } from './child.ts';
import { freePort } from './choose-port.ts';
import type { Environment } from './environment.ts';
import type { GrafanaSignIn } from './grafana-sign-in.ts';
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

interface Addresses {
  publicUrl: string;
  rootUrl: string;
  proxyUrl: string;
}

const grafanaGraceMs = 15_000;

// The proxy keeps to SHUTDOWN_GRACE_SECONDS by itself; this is for one that hangs.
const hangingProxyMs = 5000;

/** Runs the proxy and Grafana until somebody ends them or the proxy ends. Resolves to the proxy's exit code. */
export async function runBoth(prepared: PreparedGrafana, context: RunContext): Promise<number> {
  const { config, env, requests } = context;
  const port = config.PORT === 0 ? await freePort() : config.PORT;
  const publicUrl = config.PUBLIC_URL ?? `${config.TLS_CERT_FILE === undefined ? 'http' : 'https'}://localhost:${port}`;
  const rootUrl = config.GRAFANA_ROOT_URL ?? grafanaUrl(prepared);
  const proxy = startProxy(env, prepared.repository, {
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    GRAFANA_ROOT_URL: rootUrl,
    GRAFANA_URL: config.GRAFANA_URL ?? grafanaUrl(prepared),
    OIDC_CLIENT_SECRET: prepared.clientSecret,
    // People sign in here, also to the demo.
    VIEWER_CHECK: 'required',
    // Somebody who tries the demo out wants to see all of it, such as the page of the data source.
    ...(config.demo && config.GRAFANA_ADMIN_LOGINS === undefined && { GRAFANA_ADMIN_LOGINS: 'admin' }),
  });
  const over = Promise.race([proxy.exited, stopped(requests)]).then(() => undefined);
  const address = await Promise.race([proxy.address, over]);
  if (address !== undefined) {
    await runGrafana(prepared, { publicUrl, rootUrl, proxyUrl: localAddress(address) }, context, over);
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
  { publicUrl, rootUrl, proxyUrl }: Addresses,
  { config, env, requests, print, warn }: RunContext,
  over: Promise<undefined>
): Promise<void> {
  const signIn: GrafanaSignIn = {
    publicUrl,
    proxyUrl,
    clientSecret: prepared.clientSecret,
    idleMinutes: config.SESSION_IDLE_MINUTES,
    absoluteHours: config.SESSION_ABSOLUTE_HOURS,
  };
  const grafana = startGrafana(prepared, env, { rootUrl, signIn });
  const logFile = logFileOf(prepared);
  const isUp = await Promise.race([answers(grafana, prepared.port), over]);
  if (isUp === true) {
    const adminHint = prepared.admin.hint;
    print(banner({ isDemo: config.demo, proxyAddress: proxyUrl, grafanaUrl: rootUrl, adminHint, logFile }));
  }
  const code = await Promise.race([grafana.exited, over]);
  if (code === undefined) {
    await endChild(grafana, 'SIGTERM', grafanaGraceMs, requests.insist);
    return;
  }
  warn(`Grafana ended with ${code}. The proxy goes on at ${proxyUrl}. The last lines of ${logFile}:\n`);
  warn(`${lastLines(logFile)}\n`);
  if (isUp !== true && config.demo) {
    print(demoBanner(proxyUrl));
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
