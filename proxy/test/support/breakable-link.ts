import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be broken like a network. */
export interface BreakableLink {
  /** The server's address by this way. */
  url: string;
  /** Ends all connections and takes no new ones. */
  cut: () => void;
  /** Keeps all connections, and loses whatever is sent: the other side never hears of it. */
  silence: () => void;
  /** Takes new connections again; those that were cut or silenced are gone. */
  restore: () => void;
  close: () => Promise<void>;
}

export async function openLink(serverUrl: string): Promise<BreakableLink> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let state: 'whole' | 'cut' | 'silent' = 'whole';
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const destroyAll = () => {
    for (const socket of sockets) {
      socket.destroy();
    }
  };
  const server = createServer((client) => {
    track(client);
    if (state === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    track(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (chunk) => {
        if (state === 'whole') {
          to.write(chunk);
        }
      });
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => {
      state = 'cut';
      destroyAll();
    },
    silence: () => {
      state = 'silent';
    },
    restore: () => {
      destroyAll();
      state = 'whole';
    },
    close: async () => {
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
}
