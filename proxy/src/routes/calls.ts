import { Hono } from 'hono';
import type { Dependencies } from '../dependencies.ts';
import { answerRows } from '../query/output/rows.ts';
import type { QueryRunner } from '../query/run.ts';
import { answerFormat, csvAnswer } from './csv.ts';
import type { Env } from './env.ts';
import { readCallsParameters } from './query-parameters.ts';
import { success } from './respond.ts';

/**
 * `GET /calls`: a page of single calls, newest first unless `order` says otherwise, in JSON or CSV. The next page is
 * `meta.next_cursor`, and for both formats the address in `Link` (RFC 8288).
 */
export function callsRoutes({ config }: Dependencies, queries: QueryRunner): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/calls', async (c) => {
    const parameters = new URL(c.req.url).searchParams;
    const format = answerFormat(c, parameters);
    const { input, window } = readCallsParameters(parameters);
    const answer = await queries.answer(input, window, c.req.raw.signal, c.get('principal').person);
    const { columns, rows } = answerRows(answer, config.CURRENCY);
    const nextCursor = 'calls' in answer ? answer.nextCursor : null;
    if (nextCursor !== null) {
      c.header('Link', `<${c.req.path}?${withCursor(parameters, nextCursor)}>; rel="next"`);
    }
    if (format === 'csv') {
      return csvAnswer(c, 'calls', columns, rows);
    }
    const { notices, executedQuery } = answer;
    return success(c, rows, { columns, notices, query: JSON.parse(executedQuery), next_cursor: nextCursor });
  });
  return routes;
}

function withCursor(parameters: URLSearchParams, cursor: string): string {
  const next = new URLSearchParams(parameters);
  next.set('cursor', cursor);
  return next.toString();
}
