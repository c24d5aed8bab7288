import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type Environment, valueOf } from './environment.ts';
import { NoGrafana, WrongSetting } from './no-grafana.ts';

const defaultPort = 3000;
const highestPort = 65_535;

/** Grafana listens here only: whoever needs more than this machine wants TLS and a host name as well. */
export const grafanaHost = '127.0.0.1';

/** The port of GF_SERVER_HTTP_PORT, or 3000, if nobody has it yet. `proxyPort` is about to be taken. */
export async function choosePort(env: Environment, proxyPort: number): Promise<number> {
  const wanted = valueOf(env, 'GF_SERVER_HTTP_PORT') ?? String(defaultPort);
  const port = /^\d{1,5}$/.test(wanted) ? Number(wanted) : 0;
  if (port < 1 || port > highestPort) {
    throw new WrongSetting(`GF_SERVER_HTTP_PORT: must be a whole number from 1 to ${highestPort}`);
  }
  if (port === proxyPort || (await isTaken(port))) {
    throw new NoGrafana(
      `Grafana isn't started: port ${port} is taken; choose another one, such as GF_SERVER_HTTP_PORT=3030 npm start`
    );
  }
  return port;
}

/** A port of this machine that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, grafanaHost);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

// Asked by connecting: on some systems listening works beside a program that listens on all addresses.
async function isTaken(port: number): Promise<boolean> {
  const socket = connect(port, grafanaHost);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
