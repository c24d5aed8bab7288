import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What happens at a statement. `lost`: it never reaches the server. `unanswered`: the server does it, and nobody hears of
 * it. After both of them the link is dead. `held`: it waits until `release`.
 */
export type Fault = 'lost' | 'unanswered' | 'held';

/** A way to a MySQL or MariaDB server that counts statements and can break at any of them, BEGIN and COMMIT too. */
export interface WatchedLink {
  /** The same database by this way. */
  through: (databaseUrl: string) => string;
  /**
   * Resolves when it has happened: at the `statement`-th one from now on, counted from 0. `onFault` is told before anyone
   * else can notice.
   */
  breakAt: (statement: number, fault: Fault, onFault?: () => void) => Promise<void>;
  /** Nothing shall happen any more, and what was held goes on. */
  release: () => void;
  close: () => Promise<void>;
}

const quit = 1;

export async function openLink(serverUrl: string): Promise<WatchedLink> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let armed: { left: number; fault: Fault; happened: () => void } | null = null;
  let dead = false;
  const held: (() => void)[] = [];
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const die = () => {
    dead = true;
    for (const socket of sockets) {
      socket.destroy();
    }
  };
  /** The fault that this statement is due for. */
  const nextFault = () => {
    if (armed === null) {
      return null;
    }
    if (armed.left > 0) {
      armed.left -= 1;
      return null;
    }
    const due = armed;
    armed = null;
    return due;
  };

  const server = createServer((client) => {
    track(client);
    if (dead) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    track(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    const startsStatement = packetReader();
    let unanswered: (() => void) | null = null;
    client.on('data', (chunk) => {
      const due = startsStatement(chunk) ? nextFault() : null;
      switch (due?.fault) {
        case 'lost':
          due.happened();
          die();
          return;
        case 'unanswered':
          unanswered = due.happened;
          break;
        case 'held':
          client.pause();
          held.push(() => {
            upstream.write(chunk);
            client.resume();
          });
          due.happened();
          return;
        case undefined:
          break;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (unanswered === null) {
        client.write(chunk);
        return;
      }
      unanswered();
      die();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String((server.address() as AddressInfo).port);
  return {
    through: (databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = port;
      return url.href;
    },
    breakAt: (statement, fault, onFault) =>
      new Promise((resolve) => {
        const happened = () => {
          onFault?.();
          resolve();
        };
        armed = { left: statement, fault, happened };
      }),
    release: () => {
      armed = null;
      for (const goOn of held.splice(0)) {
        goOn();
      }
    },
    close: async () => {
      die();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Says of each chunk that a client sends whether a statement begins in it. A packet is 3 bytes of length, its number, and
 * the rest; those of the handshake have numbers above 0. Clients wait for an answer before they send the next statement.
 */
function packetReader(): (chunk: Buffer) => boolean {
  let header: number[] = [];
  let left = 0;
  let begins = false;
  return (chunk) => {
    let found = false;
    for (let position = 0; position < chunk.length;) {
      if (left > 0) {
        found ||= begins && chunk[position] !== quit;
        begins = false;
        const skipped = Math.min(left, chunk.length - position);
        left -= skipped;
        position += skipped;
        continue;
      }
      header.push(chunk[position] ?? 0);
      position += 1;
      const [low = 0, middle = 0, high = 0, number] = header;
      if (number !== undefined) {
        left = low + 256 * middle + 65_536 * high;
        begins = number === 0;
        header = [];
      }
    }
    return found;
  };
}
