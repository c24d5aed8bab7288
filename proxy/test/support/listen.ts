import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Hono } from 'hono';
import type { Env } from '../../src/routes/env.ts';
import { createHttpServer, defaultHttpLimits } from '../../src/server.ts';

export interface ListeningApp {
  /** Such as `http://127.0.0.1:43210`. */
  url: string;
  close: () => Promise<void>;
}

/** The app on a real socket of this machine. */
export async function listen(app: Hono<Env>): Promise<ListeningApp> {
  const { server, stop } = createHttpServer(app, { ...defaultHttpLimits, maxConnections: 200 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      await stop(0);
    },
  };
}
