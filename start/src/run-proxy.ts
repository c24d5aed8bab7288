import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { type Child, startChild } from './child.ts';
import { type Environment, valueOf } from './environment.ts';

const messageSchema = z.object({ address: z.url() });

export interface Proxy extends Child {
  /** Where it listens; undefined if it ended before. */
  address: Promise<string | undefined>;
}

const proxyProgram = join(import.meta.dirname, '..', '..', 'proxy', 'src', 'main.ts');

/** Starts the proxy beside Grafana. Without a setting of its own its redirects lead to that Grafana. */
export function startProxy(env: Environment, folder: string, grafanaUrl: string): Proxy {
  // With Node's own flags, which keep its memory small.
  const child = startChild(process.execPath, [...process.execArgv, proxyProgram], {
    folder,
    env: { ...env, GRAFANA_ROOT_URL: valueOf(env, 'GRAFANA_ROOT_URL') ?? grafanaUrl },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const listening = once(child.process, 'message').then(([message]) => messageSchema.parse(message).address);
  return { ...child, address: Promise.race([listening, child.exited.then(() => undefined)]) };
}

/** The address for programs on this machine. */
export function localAddress(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
