import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { type Child, startChild } from './child.ts';
import type { Environment } from './environment.ts';

const messageSchema = z.object({ address: z.url() });

export interface Proxy extends Child {
  /** Where it listens; undefined if it ended before. */
  address: Promise<string | undefined>;
}

const proxyProgram = join(import.meta.dirname, '..', '..', 'proxy', 'src', 'main.ts');

/** What the proxy has to know of the Grafana beside it. */
export interface ProxySettings {
  PORT: string;
  PUBLIC_URL: string;
  GRAFANA_ROOT_URL: string;
  GRAFANA_URL: string;
  OIDC_CLIENT_SECRET: string;
  VIEWER_CHECK: string;
  GRAFANA_ADMIN_LOGINS?: string;
}

/** Starts the proxy beside Grafana. */
export function startProxy(env: Environment, folder: string, settings: ProxySettings): Proxy {
  // With Node's own flags, which keep its memory small.
  const child = startChild(process.execPath, [...process.execArgv, proxyProgram], {
    folder,
    // A setting and its file must not be given both.
    env: { ...env, OIDC_CLIENT_SECRET_FILE: '', ...settings },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const listening = once(child.process, 'message').then(([message]) => messageSchema.parse(message).address);
  return { ...child, address: Promise.race([listening, child.exited.then(() => undefined)]) };
}

/** The address for programs on this machine. */
export function localAddress(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
