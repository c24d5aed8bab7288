import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListeningApp, listen } from '../support/listen.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import { rawAnswer } from '../support/raw-request.ts';

describe('requests that two servers read differently (G97)', () => {
  let bench: ProxyBench;
  let listening: ListeningApp;
  let hidden: string;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite');
    await bench.addUser({ login_name: 'admin' });
    hidden = `GET /api/v1/user/info HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${await bench.signIn('admin')}\r\n\r\n`;
    listening = await listen(bench.app);
  });
  afterAll(async () => {
    await listening.close();
    await bench.close();
  });

  const post = 'POST /api/v1/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
  const get = 'GET /health HTTP/1.1\r\n';

  /** What the proxy takes for requests, as it logs them, and the statuses that come back. */
  async function readAs(text: string): Promise<{ statuses: string[]; paths: unknown[] }> {
    const before = bench.logLines().length;
    const answer = await rawAnswer(listening.url, text);
    const requests = bench.logLines().slice(before);
    return {
      statuses: answer.text.match(/(?<=HTTP\/1\.1 )\d{3}/g) ?? [],
      paths: requests.filter(({ event }) => event === 'request').map(({ path }) => path),
    };
  }

  it.each<[string, (hidden: string) => string]>([
    ['a length and chunks', (rest) => `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${rest}`],
    ['chunks and a length', (rest) => `${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${rest}`],
    ['two lengths', (rest) => `${post}Content-Length: 0\r\nContent-Length: ${String(rest.length)}\r\n\r\n${rest}`],
    ['two equal lengths', (rest) => `${post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}${rest}`],
    ['a list of lengths', (rest) => `${post}Content-Length: 2, 2\r\n\r\n{}${rest}`],
    ['a length with a sign', (rest) => `${post}Content-Length: +2\r\n\r\n{}${rest}`],
    ['a negative length', (rest) => `${post}Content-Length: -1\r\n\r\n${rest}`],
    ['a length in hex', (rest) => `${post}Content-Length: 0x2\r\n\r\n{}${rest}`],
    ['a length with a space in it', (rest) => `${post}Content-Length: 2 2\r\n\r\n{}${rest}`],
    ['an empty length', (rest) => `${post}Content-Length:\r\n\r\n${rest}`],
    ['a length beyond 64 bits', (rest) => `${post}Content-Length: 18446744073709551618\r\n\r\n{}${rest}`],
    ['a name with a space after it', (rest) => `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${rest}`],
    ['a name with a space before it', (rest) => `${post} Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${rest}`],
    ['a name with a NUL', (rest) => `${post}Transfer\0-Encoding: chunked\r\n\r\n0\r\n\r\n${rest}`],
    ['a folded line', (rest) => `${post}Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n{}${rest}`],
    ['an unknown coding', (rest) => `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${rest}`],
    ['chunks that are not last', (rest) => `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${rest}`],
    [
      'a coding twice',
      (rest) => `${post}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n${rest}`,
    ],
    ['a coding with a vertical tab', (rest) => `${post}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n${rest}`],
    ['a line that ends with LF', (rest) => `${post}Content-Length: 2\n\r\n{}${rest}`],
    ['a line that ends with CR', (rest) => `${post}X: a\rContent-Length: 2\r\n\r\n{}${rest}`],
    ['a NUL in a value', (rest) => `${post}X: a\0b\r\nContent-Length: 2\r\n\r\n{}${rest}`],
    ['a version that is none', (rest) => `GET /health HTTP/1.9\r\nHost: a\r\n\r\n${rest}`],
    ['a version in small letters', (rest) => `GET /health http/1.1\r\nHost: a\r\n\r\n${rest}`],
    ['a space in the address', (rest) => `GET /hea lth HTTP/1.1\r\nHost: a\r\n\r\n${rest}`],
    ['a method in small letters', (rest) => `get /health HTTP/1.1\r\nHost: a\r\n\r\n${rest}`],
    ['a method that is none', (rest) => `GE\x01T /health HTTP/1.1\r\nHost: a\r\n\r\n${rest}`],
    ['the start of HTTP/2', (rest) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${rest}`],
    ['HTTP/0.9', (rest) => `GET /health\r\n\r\n${rest}`],
  ])('ends the connection at %s, and reads nothing after it', async (_, write) => {
    const { statuses, paths } = await readAs(write(hidden));
    expect(statuses).toEqual(['400']);
    // The first request may have been begun.
    expect(paths).not.toContain('/api/v1/user/info');
  });

  it.each<[string, string]>([
    ['a size in another base', '0x2'],
    ['a size with a sign', '+2'],
    ['a negative size', '-2'],
    ['a size with a space before it', ' 2'],
    ['a size that is none', 'two'],
    ['a size beyond 64 bits', '10000000000000002'],
    ['an extension with LF', '2;a\n'],
    ['an empty size', ''],
  ])('ends the connection at a chunk of %s', async (_, size) => {
    const { statuses, paths } = await readAs(
      `${post}Transfer-Encoding: chunked\r\n\r\n${size}\r\n{}\r\n0\r\n\r\n${hidden}`
    );
    expect(statuses).toEqual(['400']);
    expect(paths).not.toContain('/api/v1/user/info');
  });

  it.each([
    ['two Host headers', 'Host: a\r\nHost: b\r\n'],
    ['the same Host twice', 'Host: a\r\nhost: a\r\n'],
    ['no Host header', ''],
  ])('answers 400 to %s, and nothing after it (G91)', async (_, hosts) => {
    expect((await readAs(`${get}${hosts}\r\n${hidden}`)).statuses).toEqual(['400']);
  });

  it('takes nothing of a trailer for a header', async () => {
    const trailer = `0\r\nAuthorization: Bearer x\r\nX-AiMetrics-Caller: viewer\r\n\r\n`;
    const logout = `POST /api/v1/query HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n`;
    const { statuses } = await readAs(`${logout}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n${trailer}`);
    expect(statuses).toEqual(['401']);
  });

  it('answers what comes one after the other, each by itself', async () => {
    const last = `${get}Host: a\r\nConnection: close\r\n\r\n`;
    const { statuses, paths } = await readAs(`${post}Content-Length: 2\r\n\r\n{}${hidden}${last}`);
    expect(statuses).toEqual(['400', '200', '200']);
    // They are worked on at the same time.
    expect(paths.sort()).toEqual(['/api/v1/login', '/api/v1/user/info', '/health']);
  });
});
