import { once } from 'node:events';
import { request } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import type { Env } from '../src/routes/env.ts';
import { createHttpServer, defaultHttpLimits, type HttpLimits, type HttpServer } from '../src/server.ts';
import { makeCertificate } from './support/make-certificate.ts';

const authority = makeCertificate('Authority');
const validUntil = new Date('2049-12-31T23:59:59Z');
const certificate = { ...makeCertificate('localhost', { by: authority }), validUntil };

let http: HttpServer;

async function listen(limits: Partial<HttpLimits> = {}): Promise<number> {
  const app = new Hono<Env>();
  app.get('/', (c) => c.text(new URL(c.req.url).protocol));
  http = createHttpServer(app, { ...defaultHttpLimits, maxConnections: 100, ...limits }, certificate);
  http.server.listen(0, '127.0.0.1');
  await once(http.server, 'listening');
  return (http.server.address() as AddressInfo).port;
}

afterEach(() => http.stop(0));

const trusting = { servername: 'localhost', ca: authority.cert };

async function get(port: number, options: ConnectionOptions = {}): Promise<string> {
  const asked = request({ host: '127.0.0.1', port, ...trusting, ...options, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
  }
  return text;
}

async function shakeHands(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, ...trusting, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** What is sent in answer to bytes that are no handshake, until the server ends the connection. */
async function sendPlain(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return received;
}

describe('createHttpServer with a certificate', () => {
  it('answers over TLS', async () => {
    expect(await get(await listen())).toBe('https:');
    expect(http.scheme).toBe('https');
  });

  it('is known by its certificate', async () => {
    const port = await listen();
    await expect(get(port, { servername: 'other.example' })).rejects.toThrow(/altnames/);
    await expect(get(port, { ca: [] })).rejects.toThrow(/certificate/);
  });

  it.each([
    ['TLSv1.2', 'TLSv1.2'],
    ['TLSv1.3', 'TLSv1.3'],
  ] as const)('takes %s', async (version, spoken) => {
    const socket = await shakeHands(await listen(), { minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(spoken);
    socket.destroy();
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('refuses %s', async (version) => {
    const port = await listen();
    // OpenSSL itself no longer offers them at its usual level.
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(shakeHands(port, old)).rejects.toThrow(/alert protocol version|unsupported protocol/i);
  });

  it('answers nothing in plain', async () => {
    const answer = await sendPlain(await listen(), 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(answer).not.toContain('HTTP/');
  });

  it('cuts off a client that does not shake hands, and then one whose head does not end (H101)', async () => {
    const port = await listen({ headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 });
    expect(await sendPlain(port, '\x16\x03')).toBe('');
    const socket = await shakeHands(port);
    socket.write('GET / HTTP/1.1\r\nHost: ');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('takes no more than maxConnections, before they shake hands, too (H102)', async () => {
    const port = await listen({ maxConnections: 2 });
    const idle = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    await expect(get(port)).rejects.toThrow();
    const gone = idle.map(async (socket) => {
      socket.destroy();
      await once(socket, 'close');
    });
    await Promise.all(gone);
    await expect.poll(() => get(port).catch(() => ''), { timeout: 5000 }).toBe('https:');
  });

  it('uses another certificate for new connections, and keeps those that are there', async () => {
    const port = await listen();
    const before = await shakeHands(port);
    const renewed = { ...makeCertificate('localhost', { by: authority }), validUntil };
    http.useCertificate(renewed);
    const after = await shakeHands(port);
    expect(after.getPeerCertificate().fingerprint256).not.toBe(before.getPeerCertificate().fingerprint256);
    before.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const [chunk] = (await once(before, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 200 /);
    after.destroy();
  });

  it('stops without waiting for those who never shake hands', async () => {
    const port = await listen();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const start = performance.now();
    await http.stop(100);
    expect(performance.now() - start).toBeLessThan(3000);
    socket.destroy();
  });
});
