import { Hono } from 'hono';
import type { Dependencies } from '../dependencies.ts';
import { answerRows } from '../query/output/rows.ts';
import type { QueryRunner } from '../query/run.ts';
import { answerFormat, csvAnswer } from './csv.ts';
import type { Env } from './env.ts';
import { readQueryParameters } from './query-parameters.ts';
import { success } from './respond.ts';

/**
 * `GET /metrics/summary` and `GET /metrics/timeseries`: one question as parameters, its answer as rows, in JSON
 * or CSV. `meta` has the columns with their units, what to know about the answer, and the question as it was understood.
 */
export function metricsRoutes({ config }: Dependencies, queries: QueryRunner): Hono<Env> {
  const routes = new Hono<Env>();
  for (const kind of ['summary', 'timeseries'] as const) {
    routes.get(`/metrics/${kind}`, async (c) => {
      const parameters = new URL(c.req.url).searchParams;
      const format = answerFormat(c, parameters);
      const { input, window } = readQueryParameters(parameters);
      const answer = await queries.answer({ ...input, kind }, window, c.req.raw.signal, c.get('principal').person);
      const { columns, rows } = answerRows(answer, config.CURRENCY);
      if (format === 'csv') {
        return csvAnswer(c, kind, columns, rows);
      }
      return success(c, rows, { columns, notices: answer.notices, query: JSON.parse(answer.executedQuery) });
    });
  }
  return routes;
}
