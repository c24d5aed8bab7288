import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListeningApp, listen } from '../support/listen.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import { type RawAnswer, rawAnswer } from '../support/raw-request.ts';

let bench: ProxyBench;
let listening: ListeningApp;
let bearer: string;

beforeAll(async () => {
  bench = await openProxyBench('sqlite', { TRUSTED_PROXIES: '127.0.0.1' });
  await bench.addUser({ login_name: 'admin' });
  bearer = `Authorization: Bearer ${await bench.signIn('admin')}`;
  listening = await listen(bench.app);
});
afterAll(async () => {
  await listening.close();
  await bench.close();
});

/** The answer, which has to come soon: the machine may be busy, so a slow one counts only when it is slow again. */
async function soon(send: () => Promise<RawAnswer>, maxMs = 1000): Promise<RawAnswer> {
  for (let tries = 0; ; tries += 1) {
    const start = performance.now();
    const answer = await send();
    const ms = performance.now() - start;
    if (ms < maxMs || tries === 2) {
      expect(ms).toBeLessThan(maxMs);
      return answer;
    }
  }
}

const request = (line: string, headers: string[], body = '') =>
  rawAnswer(
    listening.url,
    [`${line} HTTP/1.1`, 'Host: a', 'Connection: close', bearer, ...headers, '', ''].join('\r\n'),
    body
  );
const post = (path: string, body: string) =>
  request(
    `POST ${path}`,
    ['Content-Type: application/json', `Content-Length: ${String(Buffer.byteLength(body))}`],
    body
  );

const limit = 256 * 1024;
const fill = (unit: string, around = 64) => unit.repeat(Math.floor((limit - around) / unit.length));
const question = (fields: string) =>
  `{"queries":[{"refId":"A","from":1780000000000,"to":1780003600000,"query":{"metrics":["requests"],${fields}}}]}`;

const bombs: [string, string][] = [
  ['lists in lists', '['.repeat(limit / 2) + ']'.repeat(limit / 2)],
  ['lists that never end', '['.repeat(limit)],
  ['objects in objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
  ['objects in objects of a question', question(`"legend":${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`)],
  ['33 levels', '['.repeat(33) + ']'.repeat(33)],
  ['many keys', `{${Array.from({ length: 20_000 }, (_, index) => `"k${String(index)}":1`).join()}}`],
  ['one key many times', `{${fill('"a":1,')}"a":1}`],
  [
    'keys that hash alike in other languages',
    `{${Array.from({ length: 8000 }, (_, index) => `"${index.toString(2).padStart(13, '0').replaceAll('0', 'Aa').replaceAll('1', 'BB')}":1`).join()}}`.slice(
      0,
      limit
    ),
  ],
  ['a long number', fill('9')],
  ['a number with a long exponent', `1e${fill('9')}`],
  ['many numbers', `[${fill('1e308,')}1]`],
  ['a long text of escapes', `"${fill('\\u0000')}"`],
  ['a long text of quotes', `"${fill('\\"')}"`],
  ['a text that never ends', `"${fill('\\\\')}\\`],
  ['blanks', ' '.repeat(limit)],
  ['many metrics', question(`"metrics":[${fill('"requests",', 512)}"cost"]`)],
  ['many dimensions', question(`"groupBy":[${fill('"provider",', 512)}"provider"]`)],
  ['a legend of braces', question(`"legend":"${fill('{{', 512)}"`)],
  ['a legend of half placeholders', question(`"legend":"${fill('{{a', 512)}"`)],
  ['a value of dollars', question(`"filters":[{"key":"provider","operator":"=","values":["${fill('$', 512)}"]}]`)],
  ['a value of brackets', question(`"filters":[{"key":"provider","operator":"=","values":["${fill('[[a:', 512)}"]}]`)],
  [
    'a value of open variables',
    question(`"filters":[{"key":"provider","operator":"=","values":["${fill('${a:', 512)}"]}]`),
  ],
  ['a long budget', question(`"parameters":{"budget":"${fill('1', 512)}e"}`)],
  ['a long zone', question(`"timezone":"${fill('A/', 512)}"`)],
  ['a long cursor', question(`"kind":"calls","cursor":"${fill('A.', 512)}"`)],
];

describe('POST /query and /login with a bomb (H107)', () => {
  it.each(bombs)('answers 400 soon, and goes on: %s', async (_, body) => {
    for (const path of ['/api/v1/query', '/api/v1/login']) {
      const answer = await soon(() => post(path, body));
      const results = answer.status === 200 ? (answer.json() as { results: { A: { status: number } } }).results : null;
      // Of a batch that is one, the question has the status.
      expect([400, 413], path).toContain(results === null ? answer.status : results.A.status);
    }
  });
});

const room = 15_000;
const search = (text: string) => text.repeat(Math.floor(room / text.length));

describe('a request that is hard to read (H107)', () => {
  it.each([
    ['many parameters', `/api/v1/metrics/summary?metrics=cost${search('&a')}`, 400],
    ['one parameter many times', `/api/v1/metrics/summary?${search('metrics=cost&')}`, 400],
    ['many filters', `/api/v1/metrics/summary?metrics=cost${search('&filter=a:=:b')}`, 422],
    ['many values', `/api/v1/metrics/summary?metrics=cost&filter=provider:in:${search('a%7C')}`, 422],
    ['backslashes', `/api/v1/metrics/summary?metrics=cost&filter=provider:=:${search('%5C')}`, 400],
    ['colons', `/api/v1/metrics/summary?metrics=cost&filter=${search(':')}`, 400],
    ['percent signs', `/api/v1/metrics/summary?metrics=cost&filter=provider:=:${search('%')}`, 400],
    ['commas', `/api/v1/metrics/summary?metrics=${search(',')}`, 400],
    ['an order of colons', `/api/v1/calls?order=${search(':')}`, 400],
    ['a long time', `/api/v1/calls?from=${search('2026-01-01T00:00:00.')}`, 400],
    ['a long cursor', `/api/v1/calls?cursor=${search('A.A.')}`, 400],
    ['a long search', `/api/v1/dimensions/provider/values?search=${search('%25_')}`, 400],
    ['a long path', `/api/v1${search('/a')}`, 404],
    ['a long path of dots', `/api/v1${search('/..')}/ready`, 200],
    ['a long path of encoded letters', `/api/v1/${search('%75')}`, 404],
  ])('is answered soon: %s', async (_, path, status) => {
    expect((await soon(() => request(`GET ${path}`, []))).status).toBe(status);
  });

  it.each([
    ['Accept', `Accept: ${search('text/html;q=0.1,')}*/*`],
    ['Accept of parameters', `Accept: text/html${search(';a="')}`],
    ['Accept-Language', `Accept-Language: ${search('zh;q=0.9,')}en`],
    ['X-Forwarded-For', `X-Forwarded-For: ${search('127.0.0.1,')}1`],
    ['X-Forwarded-For of colons', `X-Forwarded-For: ${search(':')}`],
    ['Cookie', `Cookie: ${search('a=b;')}`],
    ['If-None-Match', `If-None-Match: ${search('W/"a",')}"b"`],
    ['X-Request-Id', `X-Request-Id: ${search('a')}!`],
    ['Content-Type', `Content-Type: application/json${search('; charset=utf-8')}`],
    ['Authorization', `Authorization: ${search('Bearer ')}`],
    ['many headers', search('A: b\r\n').trimEnd()],
  ])('is answered soon: %s', async (_, line) => {
    for (const path of ['/admin/', '/api/v1/metrics/summary?metrics=cost', '/admin/nothing']) {
      const { status } = await soon(() => request(`GET ${path}`, [line]));
      expect([200, 400, 401, 404, 431], path).toContain(status);
    }
  });
});
