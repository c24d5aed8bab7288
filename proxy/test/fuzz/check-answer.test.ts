import { describe, expect, it } from 'vitest';
import { findFault } from './check-answer.ts';
import type { Sendable } from './fuzz-request.ts';
import { type FuzzTarget, password } from './open-fuzz-target.ts';
import type { FuzzAnswer } from './send.ts';

const target = {
  tokens: () => ({ user: 'a.b.signature-of-the-user', dataSource: 'a.b.signature-of-the-data-source' }),
  isGuarded: (method, path) => `${method} ${path}` === 'GET /api/v1/dimensions/provider/values',
} satisfies Pick<FuzzTarget, 'tokens' | 'isGuarded'> as unknown as FuzzTarget;

const sent: Sendable = { method: 'GET', target: '/', headers: [], body: undefined, hasToken: false };
const error = { code: 'invalid_request', message: 'metrics: must name at least one metric', request_id: 'r' };
const answer = (status: number, body: unknown = '', headers: Record<string, string> = {}): FuzzAnswer => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: new Map(Object.entries(headers)),
  ms: 5,
});
const line = (fields: object) =>
  `${JSON.stringify({ event: 'request', method: 'GET', path: '/health', status: 200, ...fields })}\n`;
const values = line({ path: '/api/v1/dimensions/:name/values', request_id: 'r', user_id: '1' });
const toNobody = line({ path: '/api/v1/dimensions/:name/values', request_id: 'q' });
const own = { 'x-request-id': 'r', 'x-content-type-options': 'nosniff' };

const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };

describe('findFault', () => {
  it.each<[string, Partial<Sendable>, FuzzAnswer, string[]]>([
    ['an answer', {}, answer(200, 'hello'), [line({})]],
    ['an error', {}, answer(400, { error }), []],
    ['an error with details', {}, answer(422, { error: { ...error, details: { rows: 1 } } }), []],
    ['a page', {}, answer(404, '<!doctype html>', { 'content-type': 'text/html; charset=utf-8' }), []],
    ['a 401', {}, answer(401, { error }, challenge), []],
    ['an error of Node', {}, answer(431), []],
    ['the end of a connection', {}, answer(NaN), []],
    ['an answer to a session', { hasToken: true }, answer(200, '', own), [values]],
    ['an answer to a session that another request had', {}, answer(200), [values]],
    [
      'a refused question of a batch',
      {},
      answer(200, '{"results":{"A":{"error":"a","status":400,"errorSource":"downstream"}}}'),
      [],
    ],
  ])('finds none in %s', (_, change, given, lines) => {
    expect(findFault({ ...sent, ...change }, given, lines, target)).toBeNull();
  });

  it.each<[string, Partial<Sendable>, FuzzAnswer, string[]]>([
    ['status 500', {}, answer(500, { error }), []],
    ['status 503', {}, answer(503, { error }), []],
    [
      'a question of the batch has the "status":500,"errorSource"',
      {},
      answer(200, '{"results":{"A":{"error":"a","status":500,"errorSource":"downstream"}}}'),
      [],
    ],
    ['the error has another form', {}, answer(400, { ...error }), []],
    ['the error has another form', {}, answer(400, { error, more: 1 }), []],
    ['the error has another form', {}, answer(400, { error: { ...error, stack: 's' } }), []],
    ['the error has another form', {}, answer(400, 'Bad Request'), []],
    [
      'the error tells of the inside',
      {},
      answer(400, { error: { ...error, message: 'SQLITE_ERROR: no such column' } }),
      [],
    ],
    [
      'the error tells of the inside',
      {},
      answer(404, '<pre>Error\n    at f (a.js:1:1)', { 'content-type': 'text/html' }),
      [],
    ],
    ['a 401 without WWW-Authenticate', {}, answer(401, { error }), []],
    ['a 429 without Retry-After', {}, answer(429, { error }), []],
    ['a header of CORS', {}, answer(200, '', { 'access-control-allow-origin': '*' }), []],
    ['no protective headers', {}, answer(200, '', { 'x-request-id': 'r' }), []],
    ['/api/v1/dimensions/:name/values answered without a token', {}, answer(200, '', own), [line({}), values]],
    [
      '/api/v1/dimensions/:name/values answered without a token',
      { hasToken: true },
      answer(400, { error }),
      [toNobody],
    ],
    ['a secret is in the log', {}, answer(400, { error }), [line({ login: password })]],
    ['a secret is in the log', { hasToken: true }, answer(200), [line({ path: '/signature-of-the-user' })]],
    ['took 1001 ms', {}, { ...answer(200), ms: 1001 }, []],
  ])('finds: %s', (fault, change, given, lines) => {
    expect(findFault({ ...sent, ...change }, given, lines, target)).toBe(fault);
  });
});
