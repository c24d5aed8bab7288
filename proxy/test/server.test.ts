import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../src/routes/env.ts';
import { createHttpServer, defaultHttpLimits, type HttpLimits, type HttpServer } from '../src/server.ts';
import { openProxyBench, type ProxyBench, testPassword } from './support/proxy-bench.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];

async function listen(
  app: Hono<Env>,
  limits: Partial<HttpLimits> = {}
): Promise<{ stop: HttpServer['stop']; port: number }> {
  const { server, stop } = createHttpServer(app, { ...defaultHttpLimits, maxConnections: 100, ...limits });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { stop, port: (server.address() as AddressInfo).port };
}

/** A raw connection: what is sent is sent as it is. */
async function open(port: number): Promise<{ socket: Socket; received: () => string; ended: Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(text));
  });
  await once(socket, 'connect');
  return { socket, received: () => text, ended };
}

/** Sends one request as it is and returns all that comes back. */
async function send(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  const { socket, ended } = await open(port);
  for (const part of parts) {
    socket.write(part);
  }
  return ended;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const bodyOf = (answer: string) =>
  JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as unknown;

afterEach(() => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the API on real sockets', () => {
  let bench: ProxyBench;
  let port: number;
  const credentials = JSON.stringify({ login_name: 'admin', password: testPassword });
  const head = (...lines: string[]) =>
    [
      'POST /api/v1/login HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      'Content-Type: application/json',
      ...lines,
      '',
      '',
    ].join('\r\n');
  const length = (body: string | Buffer) => `Content-Length: ${String(Buffer.byteLength(body))}`;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite', { MAX_BODY_KIB: '4' });
    await bench.addUser({ login_name: 'admin' });
    ({ port } = await listen(bench.app));
  });
  afterAll(() => bench.close());

  it('reads a body of known length, and a chunked one', async () => {
    expect(statusOf(await send(port, head(length(credentials)), credentials))).toBe(200);
    const size = credentials.length.toString(16);
    const chunked = `${size}\r\n${credentials}\r\n0\r\n\r\n`;
    expect(statusOf(await send(port, head('Transfer-Encoding: chunked'), chunked))).toBe(200);
  });

  it('answers 413 to a length over the limit before the body comes (H98)', async () => {
    const answer = await send(port, head('Content-Length: 4097'));
    expect(statusOf(answer)).toBe(413);
    expect(bodyOf(answer)).toMatchObject({
      error: { code: 'payload_too_large', message: 'The body may have at most 4 KiB' },
    });
  });

  it('answers 413 to a chunked body as soon as it is over the limit, and keeps none of it (H99)', async () => {
    const { socket, received, ended } = await open(port);
    socket.write(head('Transfer-Encoding: chunked'));
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    for (let sent = 0; sent < 8; sent += 1) {
      socket.write(chunk);
    }
    // The body never ends; the answer comes all the same.
    await once(socket, 'data');
    expect(statusOf(received())).toBe(413);
    socket.destroy();
    await ended;
  });

  it('takes a body of just the limit', async () => {
    const body = credentials.padEnd(4096);
    expect(statusOf(await send(port, head(length(body)), body))).toBe(200);
    const longer = credentials.padEnd(4097);
    expect(statusOf(await send(port, head(length(longer)), longer))).toBe(413);
  });

  it('answers 415 to compressed bodies (H100)', async () => {
    const body = gzipSync(credentials);
    expect(statusOf(await send(port, head('Content-Encoding: gzip', length(body)), body))).toBe(415);
  });

  it('answers 400 to a body that is not UTF-8', async () => {
    const body = Buffer.from('{"login_name":"admin","password":"\xff"}', 'latin1');
    expect(statusOf(await send(port, head(length(body)), body))).toBe(400);
  });

  it('answers 431 to headers of more than 16 KiB (B34, H103)', async () => {
    const answers = [17, 100].map(async (kib) => {
      const line = `Authorization: Bearer ${'a'.repeat(kib * 1024)}`;
      return send(port, `GET /api/v1/user/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${line}\r\n\r\n`);
    });
    const [little, much] = await Promise.all(answers);
    expect(statusOf(little ?? '')).toBe(431);
    // The connection is reset while the rest still comes, which may overtake the answer.
    expect([431, NaN]).toContain(statusOf(much ?? ''));
  });

  it('answers 401 to two Authorization headers (B46)', async () => {
    const token = await bench.signIn('admin');
    const line = `Authorization: Bearer ${token}\r\n`;
    const request = (lines: string) =>
      `GET /api/v1/user/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines}\r\n`;
    expect(statusOf(await send(port, request(line)))).toBe(200);
    expect(statusOf(await send(port, request(line + line)))).toBe(401);
    expect(statusOf(await send(port, request(`Authorization: Basic eDp5\r\n${line}`)))).toBe(401);
    expect(statusOf(await send(port, request(`Authorization: Bearer\t${token}\r\n`)))).toBe(401);
    expect(statusOf(await send(port, request(`Authorization: Bearer  ${token}\r\n`)))).toBe(401);
  });

  it('knows callers by the exact names of the headers only (G89)', async () => {
    const token = await bench.signIn('admin', 'grafana');
    const request = (lines: string) =>
      `GET /api/v1/user/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n${lines}\r\n`;
    const allow = 'X-AiMetrics-Allow-Alerts: true\r\n';
    expect(statusOf(await send(port, request(`x-aimetrics-caller: viewer\r\n${allow}`)))).toBe(200);
    expect(statusOf(await send(port, request(`X_AiMetrics_Caller: viewer\r\n${allow}`)))).toBe(401);
    const twice = 'X-AiMetrics-Caller: viewer\r\nX-AiMetrics-Caller: health\r\n';
    expect(statusOf(await send(port, request(twice + allow)))).toBe(401);
  });

  it('is not misled by hop-by-hop headers (G90)', async () => {
    const request = 'GET /api/v1/user/info HTTP/1.1\r\nHost: localhost\r\nConnection: close, Authorization\r\n\r\n';
    expect(statusOf(await send(port, request))).toBe(401);
  });

  it.each([
    ['two lengths', `${length(credentials)}\r\nContent-Length: 5`],
    ['a length and chunks', `${length(credentials)}\r\nTransfer-Encoding: chunked`],
    ['a length that is no number', 'Content-Length: 1e3'],
    ['an unknown transfer encoding', 'Transfer-Encoding: chunked, identity'],
  ])('answers 400 to %s (G97)', async (_, lines) => {
    expect(statusOf(await send(port, head(lines), credentials))).toBe(400);
  });

  it('answers 400 to lines that end without CR (G97)', async () => {
    expect(statusOf(await send(port, 'GET /health HTTP/1.1\nHost: localhost\n\n'))).toBe(400);
  });

  it.each(['Host: a b', 'Host: evil.example/path', 'Host: user@localhost'])('answers 400 to %s (G91)', async (host) => {
    const answer = await send(port, `GET /health HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ error: { code: 'invalid_request' } });
  });

  it.each([
    ['GET', 'GET /x HTTP/1.1\r\nHost: a b'],
    ['TRACE', 'TRACE /x HTTP/1.1\r\nHost: a b'],
    ['POST', 'POST * HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1'],
    ['GET', 'GET http:// HTTP/1.1\r\nHost: localhost'],
    ['GET', 'GET /x HTTP/1.0'],
  ])('answers and logs a %s whose address is none as any other request: %j', async (method, start) => {
    const before = bench.logLines().length;
    const answer = await send(port, `${start}\r\nX-Request-Id: of-caller\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(400);
    expect(bodyOf(answer)).toEqual({
      error: {
        code: 'invalid_request',
        message: 'The Host header or the address is malformed',
        request_id: 'of-caller',
      },
    });
    for (const line of ['X-Request-Id: of-caller', 'Cache-Control: no-store', 'X-Content-Type-Options: nosniff']) {
      expect(answer.toLowerCase()).toContain(`\r\n${line.toLowerCase()}\r\n`);
    }
    const request = { event: 'request', request_id: 'of-caller', method, path: '(unknown)', status: 400 };
    const rest = { level: 30, time: expect.any(String) as string, ms: expect.any(Number) as number };
    expect(bench.logLines().slice(before)).toEqual([{ ...rest, ...request, client: '127.0.0.1' }]);
  });

  it('logs a request to no route as one to no route, whatever it calls the server', async () => {
    const answer = await send(
      port,
      'GET http://unreadable/unreadable HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    );
    expect(statusOf(answer)).toBe(404);
  });

  it.each([
    ['TRACE /api/v1/user/info', 405],
    ['TRACE /health', 405],
    ['OPTIONS /api/v1/query', 405],
    ['GET /api/v1/login/../user/info', 401],
    ['GET /api/v1/login/%2e%2e/user/info', 401],
    ['GET /api/v1/login/..%2fuser/info', 404],
    ['GET /api/v1/login/..;/user/info', 404],
    ['GET /health/..%5capi/v1/user/info', 404],
    ['GET http://localhost/api/v1/user/info', 401],
    ['GET //localhost/api/v1/user/info', 404],
    ['GET *', 400],
  ])('answers %s with %i (G94, G96)', async (line, status) => {
    const answer = await send(port, `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(status);
  });
});

describe('createHttpServer', () => {
  const hello = () => {
    const app = new Hono<Env>();
    app.get('/', (c) => c.text('hello'));
    app.post('/', async (c) => c.text(String((await c.req.text()).length)));
    app.onError((_, c) => c.body(null, 400));
    return app;
  };
  const get = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

  it('cuts off a client whose head does not end (H101)', async () => {
    const { port } = await listen(hello(), { headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 });
    expect(statusOf(await send(port, 'GET / HTTP/1.1\r\nHost: '))).toBe(408);
  });

  it('cuts off a client whose body does not end (H101)', async () => {
    const { port } = await listen(hello(), { headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 });
    const { socket, ended } = await open(port);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n1');
    expect(statusOf(await ended)).toBe(408);
  });

  it('takes no more than maxConnections, and serves again when some have gone (H102)', async () => {
    const { port } = await listen(hello(), { maxConnections: 5, headersTimeoutMs: 300, checkIntervalMs: 50 });
    const idle = await Promise.all([1, 2, 3, 4, 5].map(() => open(port)));
    expect(await send(port, get)).toBe('');
    await Promise.all(idle.map(({ ended }) => ended));
    expect(statusOf(await send(port, get))).toBe(200);
  });
});

describe('stop', () => {
  /** An app whose answers wait to be let go. */
  function slowApp() {
    const arrived = Promise.withResolvers<undefined>();
    const release = Promise.withResolvers<undefined>();
    const app = new Hono<Env>();
    app.get('/', async (c) => {
      arrived.resolve(undefined);
      await release.promise;
      return c.text('done');
    });
    return { app, arrived: arrived.promise, release: () => release.resolve(undefined) };
  }
  const keepAlive = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

  it('lets what is in flight finish and takes nothing new (I119)', async () => {
    const { app, arrived, release } = slowApp();
    const { stop, port } = await listen(app);
    const { socket, ended } = await open(port);
    socket.write(keepAlive);
    await arrived;
    const closed = stop(60_000);
    await expect(open(port)).rejects.toThrow('ECONNREFUSED');
    release();
    const start = performance.now();
    expect(await closed).toBe(true);
    // Not only when a connection that is kept alive has been idle for as long as it may.
    expect(performance.now() - start).toBeLessThan(2000);
    expect(await ended).toMatch(/^HTTP\/1\.1 200[^]*connection: close[^]*done$/i);
  });

  it('cuts off what takes longer than the grace time', async () => {
    const { app, arrived, release } = slowApp();
    const { stop, port } = await listen(app);
    const { socket, ended } = await open(port);
    socket.write(keepAlive);
    await arrived;
    expect(await stop(50)).toBe(false);
    expect(await ended).toBe('');
    release();
  });

  it('answers once more on a connection that is kept alive, and says that it ends', async () => {
    const { app, release } = slowApp();
    release();
    const { stop, port } = await listen(app);
    const { socket, ended } = await open(port);
    socket.write(keepAlive);
    await once(socket, 'data');
    const stopped = stop(60_000);
    socket.write(keepAlive);
    expect((await ended).split('HTTP/1.1 ').slice(1)).toEqual([
      expect.stringMatching(/^200[^]*connection: keep-alive[^]*done$/i),
      expect.stringMatching(/^200[^]*connection: close[^]*done$/i),
    ]);
    expect(await stopped).toBe(true);
  });

  it('does not wait for connections that are only kept alive', async () => {
    const { app, release } = slowApp();
    release();
    const { stop, port } = await listen(app);
    const { socket } = await open(port);
    socket.write(keepAlive);
    await once(socket, 'data');
    const start = performance.now();
    expect(await stop(60_000)).toBe(true);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
