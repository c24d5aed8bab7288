import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { ApiError, type ErrorCode, errorStatus } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import type { Env } from '../../src/routes/env.ts';
import { errorsOnly } from '../../src/routes/errors-only.ts';
import { requestLog } from '../../src/routes/request-log.ts';
import { createErrorRenderer } from '../../src/routes/respond.ts';
import { createHttpServer, defaultHttpLimits } from '../../src/server.ts';

function openApp(onLine: (line: Record<string, unknown>) => void = () => undefined, hasGrafana = true) {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('debug', {
    write: (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      lines.push(line);
      onLine(line);
    },
  });
  const app = new Hono<Env>();
  app.onError(createErrorRenderer(log, hasGrafana));
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

/** The same for a browser. */
async function pageOf(thrown: unknown, language = 'en', hasGrafana = true) {
  const { app } = openApp(undefined, hasGrafana);
  app.get('/', () => {
    throw thrown;
  });
  const headers = { 'X-Request-Id': 'r1', Accept: 'text/html,*/*;q=0.8', 'Accept-Language': language };
  const response = await app.request('/', { headers });
  return { response, html: await response.text() };
}

const titles: Record<ErrorCode, { en: string; zh: string }> = {
  invalid_request: { en: 'This request can’t be understood', zh: '无法理解此请求' },
  unauthenticated: { en: 'Please sign in', zh: '请先登录' },
  forbidden: { en: 'You may not see this', zh: '您无权查看此内容' },
  not_found: { en: 'There is nothing here', zh: '找不到此页面' },
  method_not_allowed: { en: 'This address is for programs', zh: '此地址供程序使用' },
  payload_too_large: { en: 'That was too much at once', zh: '发送的内容过大' },
  unsupported_media_type: { en: 'This kind of content can’t be read', zh: '无法读取此类内容' },
  query_too_large: { en: 'This question is too large', zh: '查询范围过大' },
  rate_limited: { en: 'Too many requests', zh: '请求过于频繁' },
  unavailable: { en: 'Not available just now', zh: '服务暂时不可用' },
  query_timeout: { en: 'The answer took too long', zh: '查询超时' },
  internal: { en: 'Something went wrong', zh: '出错了' },
};

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

  it.each(Object.entries(errorStatus))('gives browsers a page about %s in their language', async (code, status) => {
    const thrown = new ApiError(code as ErrorCode, 'A message', { headers: { 'X-Special': 'yes' } });
    for (const [language, tag] of [
      ['en', 'en'],
      ['zh', 'zh-CN'],
    ] as const) {
      const { response, html } = await pageOf(thrown, tag);
      expect([response.status, response.headers.get('Content-Language')]).toEqual([status, tag]);
      expect(response.headers.get('Content-Type')).toBe('text/html; charset=UTF-8');
      expect(html).toContain(`<html lang="${tag}">`);
      expect(html).toContain(`<h1>${titles[code as ErrorCode][language]}</h1>`);
      expect(html).toContain(`<p class="status">${String(status)}</p>`);
      expect(html).toContain('<code>r1</code>');
      expect(html).toContain('<a href="/admin/">');
      expect(html.includes('A message')).toBe(code !== 'not_found' && code !== 'internal');
    }
  });

  it.each(Object.entries(errorStatus))('gives a page about %s the headers of the JSON', async (code) => {
    const thrown = new ApiError(code as ErrorCode, 'A message', { headers: { 'X-Special': 'yes' } });
    const headersOf = ({ headers }: Response) =>
      Object.fromEntries([...headers].filter(([name]) => !name.startsWith('content-')));
    const json = headersOf((await answerTo(thrown)).response);
    expect(headersOf((await pageOf(thrown)).response)).toEqual(json);
    expect(json).toMatchObject({ 'x-special': 'yes', vary: 'Accept, Accept-Language', 'x-request-id': 'r1' });
  });

  it('says on a page what to do next', async () => {
    const signIn = '<a href="/admin/login">Sign in</a>';
    const again = '<a href="">Try again</a>';
    const links = async (code: ErrorCode) => {
      const { html } = await pageOf(new ApiError(code, ''));
      return [signIn, again].filter((link) => html.includes(link));
    };
    expect(await links('unauthenticated')).toEqual([signIn]);
    expect((await pageOf(new ApiError('unauthenticated', ''), 'en', false)).html).not.toContain('/admin/login');
    for (const code of ['rate_limited', 'unavailable', 'query_timeout'] as const) {
      expect(await links(code)).toEqual([again]);
    }
    for (const code of ['invalid_request', 'forbidden', 'not_found', 'internal'] as const) {
      expect(await links(code)).toEqual([]);
    }
  });

  it('escapes on a page whatever a message quotes', async () => {
    const { html } = await pageOf(new ApiError('invalid_request', `<img src=x onerror='alert("1")'> & \`code\` &lt;`));
    expect(html).toContain(
      '<dd lang="en">&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt; &amp; `code` &amp;lt;</dd>'
    );
  });

  it('shows on a page nothing of a fault', async () => {
    const { response, html } = await pageOf(Object.assign(new Error('inner particulars'), { sql: 'select 1' }));
    expect(response.status).toBe(500);
    expect(html).toContain('<h1>Something went wrong</h1>');
    expect(html).not.toContain('particulars</');
    expect(html).not.toMatch(/inner|select|Error/);
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
