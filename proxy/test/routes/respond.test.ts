import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { ApiError, errorStatus } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import type { Env } from '../../src/routes/env.ts';
import { errorsOnly } from '../../src/routes/errors-only.ts';
import { requestLog } from '../../src/routes/request-log.ts';
import { createErrorRenderer } from '../../src/routes/respond.ts';
import { createHttpServer, defaultHttpLimits } from '../../src/server.ts';

function openApp(onLine: (line: Record<string, unknown>) => void = () => undefined) {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('debug', {
    write: (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      lines.push(line);
      onLine(line);
    },
  });
  const app = new Hono<Env>();
  app.onError(createErrorRenderer(log));
  app.use(requestLog(log), errorsOnly);
  return { app, lines };
}

/** What a caller and the log get of something that a route throws. */
async function answerTo(thrown: unknown) {
  const { app, lines } = openApp();
  app.get('/', () => {
    throw thrown;
  });
  const response = await app.request('/', { headers: { 'X-Request-Id': 'r1' } });
  const body: unknown = await response.json();
  return { response, body, lines };
}

describe('createErrorRenderer', () => {
  it.each(Object.entries(errorStatus))('gives %s the status %i, its message and its details', async (code, status) => {
    const thrown = new ApiError(code as keyof typeof errorStatus, 'A message', { details: { limit: 1 } });
    const { response, body } = await answerTo(thrown);
    expect(response.status).toBe(status);
    const message = code === 'internal' ? 'Something went wrong: the log has the particulars' : 'A message';
    expect(body).toEqual({ error: { code, message, request_id: 'r1', details: { limit: 1 } } });
  });

  it('adds the headers that a status needs, and those of the error', async () => {
    const headersOf = async (error: ApiError) => Object.fromEntries((await answerTo(error)).response.headers);
    expect(await headersOf(new ApiError('unauthenticated', ''))).toMatchObject({
      'www-authenticate': 'Bearer error="invalid_token"',
    });
    expect(await headersOf(new ApiError('unavailable', ''))).toMatchObject({ 'retry-after': '5' });
    expect(await headersOf(new ApiError('rate_limited', '', { headers: { 'Retry-After': '60' } }))).toMatchObject({
      'retry-after': '60',
    });
    expect(await headersOf(new ApiError('method_not_allowed', '', { headers: { Allow: 'GET' } }))).toMatchObject({
      allow: 'GET',
    });
  });

  it('gives everything else one body, and the log the cause without the statement', async () => {
    const thrown = Object.assign(new Error('inner particulars'), { sql: "select 'secret value'", errno: 1064 });
    const { response, body, lines } = await answerTo(thrown);
    expect(response.status).toBe(500);
    expect(body).toEqual({
      error: { code: 'internal', message: 'Something went wrong: the log has the particulars', request_id: 'r1' },
    });
    expect(lines[0]).toMatchObject({
      level: 50,
      event: 'request_failed',
      request_id: 'r1',
      code: 'internal',
      cause: { name: 'Error', message: 'inner particulars', errno: 1064, stack: expect.any(String) as string },
    });
    expect(JSON.stringify(lines)).not.toContain('secret value');
  });

  it('renders what is thrown without being an Error', async () => {
    const { response, lines } = await answerTo('text');
    expect(response.status).toBe(500);
    expect(lines.map(({ event }) => event)).toEqual(['request_failed', 'request']);
  });

  it('logs a caller who went away as 499, and as no fault', async () => {
    const logged = Promise.withResolvers<undefined>();
    const arrived = Promise.withResolvers<undefined>();
    const { app, lines } = openApp(() => logged.resolve(undefined));
    app.get('/', async (c) => {
      const { signal } = c.req.raw;
      arrived.resolve(undefined);
      await once(signal, 'abort');
      signal.throwIfAborted();
      return c.text('');
    });
    const { server } = createHttpServer(app, { ...defaultHttpLimits, maxConnections: 10 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await arrived.promise;
    socket.destroy();
    await logged.promise;
    expect(lines).toEqual([expect.objectContaining({ level: 30, event: 'request', path: '/', status: 499 })]);
    server.close();
  });
});
