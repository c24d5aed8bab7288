import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { choosePort } from '../src/choose-port.ts';
import { NoGrafana, WrongSetting } from '../src/no-grafana.ts';

async function portOf(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return String((server.address() as AddressInfo).port);
}

describe('choosePort', () => {
  it('takes a port that is free, and none that another program or the proxy has', async () => {
    const server = createServer();
    const port = await portOf(server);
    await expect(choosePort({ GF_SERVER_HTTP_PORT: port }, 5000)).rejects.toThrow(NoGrafana);
    await expect(choosePort({ GF_SERVER_HTTP_PORT: port }, 5000)).rejects.toThrow(`port ${port} is taken`);
    server.close();
    await once(server, 'close');
    expect(await choosePort({ GF_SERVER_HTTP_PORT: port }, 5000)).toBe(Number(port));
    await expect(choosePort({ GF_SERVER_HTTP_PORT: port }, Number(port))).rejects.toThrow(`port ${port} is taken`);
  });

  it.each(['0', '65536', 'x', '30.5'])('refuses %s', async (port) => {
    await expect(choosePort({ GF_SERVER_HTTP_PORT: port }, 5000)).rejects.toThrow(WrongSetting);
  });
});
