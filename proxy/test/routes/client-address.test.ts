import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAddressRanges } from '../../src/network/address-ranges.ts';
import { clientAddress, forwardedFor } from '../../src/routes/client-address.ts';
import type { Env } from '../../src/routes/env.ts';
import { createHttpServer, defaultHttpLimits } from '../../src/server.ts';

describe('forwardedFor', () => {
  const trusted = parseAddressRanges('10.0.0.0/8,fd00::/8');

  it.each([
    ['a peer that is not trusted', '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['a peer that is not trusted and says that one is', '192.0.2.1', '203.0.113.9, 10.0.0.2', '192.0.2.1'],
    ['a trusted peer without the header', '10.0.0.1', undefined, '10.0.0.1'],
    ['a trusted peer with an empty header', '10.0.0.1', '', '10.0.0.1'],
    ['one proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['one proxy over IPv6', 'fd00::1', '2001:DB8::0009', '2001:db8::9'],
    ['two proxies', '10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['two proxies, one of each version', '10.0.0.1', '203.0.113.9,fd00::2', '203.0.113.9'],
    ['a client that sent the header itself', '10.0.0.1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['a client that claims a trusted address', '10.0.0.1', '10.0.0.7, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['none but trusted addresses', '10.0.0.1', '10.0.0.7, 10.0.0.2', '10.0.0.7'],
    ['a wrapped IPv4 address', '10.0.0.1', '203.0.113.9, ::ffff:10.0.0.2', '203.0.113.9'],
    ['a port', '10.0.0.1', '203.0.113.9:51234', '203.0.113.9'],
    ['brackets', '10.0.0.1', '[2001:db8::9]', '2001:db8::9'],
    ['brackets and a port', '10.0.0.1', '[2001:db8::9]:51234, 10.0.0.2:80', '2001:db8::9'],
    ['an entry that hides the client', '10.0.0.1', 'unknown, 10.0.0.2', '10.0.0.2'],
    ['an entry that is no address', '10.0.0.1', '203.0.113.9, <script>, 10.0.0.2', '10.0.0.2'],
    ['an entry that is no address, at the right', '10.0.0.1', '203.0.113.9, localhost', '10.0.0.1'],
    ['an empty entry', '10.0.0.1', '203.0.113.9, , 10.0.0.2', '10.0.0.2'],
    ['an address in another notation', '10.0.0.1', '203.0.113.9, 0x0a000002', '10.0.0.1'],
  ])('finds the client behind %s', (_what, peer, header, client) => {
    expect(forwardedFor(peer, header, trusted)).toBe(client);
  });

  it('believes nobody where nobody is trusted', () => {
    expect(forwardedFor('127.0.0.1', '203.0.113.9', undefined)).toBe('127.0.0.1');
  });
});

describe('clientAddress', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) {
      server.close();
    }
  });

  function appOf(trustedProxies?: string): Hono<Env> {
    const app = new Hono<Env>();
    app.use(clientAddress(trustedProxies));
    app.get('/', (c) => c.text(`<${c.get('clientAddress')}>`));
    return app;
  }

  /** Who asks, in the eyes of a server that listens on `host`, by a request with these lines. */
  async function ask(host: string, trustedProxies: string | undefined, ...lines: string[]): Promise<string> {
    const { server } = createHttpServer(appOf(trustedProxies), { ...defaultHttpLimits, maxConnections: 10 });
    servers.push(server);
    server.listen(0, host);
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(['GET / HTTP/1.1', 'Host: localhost', 'Connection: close', ...lines, '', ''].join('\r\n'));
    return /<(.*)>/.exec(await text(socket))?.[1] ?? '';
  }

  it('is the peer of the socket', async () => {
    expect(await ask('127.0.0.1', undefined)).toBe('127.0.0.1');
    expect(await ask('127.0.0.1', undefined, 'X-Forwarded-For: 203.0.113.9')).toBe('127.0.0.1');
    expect(await ask('127.0.0.1', '127.0.0.2', 'X-Forwarded-For: 203.0.113.9')).toBe('127.0.0.1');
  });

  it('is IPv4 on a server that listens on both versions', async () => {
    expect(await ask('::', undefined)).toBe('127.0.0.1');
    expect(await ask('::', '127.0.0.1', 'X-Forwarded-For: 203.0.113.9')).toBe('203.0.113.9');
  });

  it('reads several headers as one list', async () => {
    const lines = ['X-Forwarded-For: 198.51.100.1', 'x-forwarded-for: 203.0.113.9', 'X-Forwarded-For: 10.0.0.2'];
    expect(await ask('127.0.0.1', '127.0.0.1,10.0.0.0/8', ...lines)).toBe('203.0.113.9');
  });

  it('looks at no other header, whoever sends it (G88, G89)', async () => {
    const lines = [
      'Forwarded: for=203.0.113.9',
      'X-Real-IP: 203.0.113.9',
      'X-Client-IP: 203.0.113.9',
      'X_Forwarded_For: 203.0.113.9',
      'X-Forwarded_For: 203.0.113.9',
      'X-Forwarded-Host: 203.0.113.9',
    ];
    expect(await ask('127.0.0.1', '127.0.0.1', ...lines)).toBe('127.0.0.1');
  });

  it('is the proxy where the header was named as one of the connection and taken off (G90)', async () => {
    expect(await ask('127.0.0.1', '127.0.0.1', 'Connection: X-Forwarded-For')).toBe('127.0.0.1');
  });

  it('is unknown without a socket, whatever the headers say', async () => {
    const response = await appOf('127.0.0.1').request('/', { headers: { 'X-Forwarded-For': '203.0.113.9' } });
    expect(await response.text()).toBe('<unknown>');
  });
});
