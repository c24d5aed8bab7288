import { Hono } from 'hono';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import type { QueryRunner } from '../query/run.ts';
import type { Env } from './env.ts';
import { readFilters, readNumber, readOnce, readWindow, requireKnown } from './query-parameters.ts';
import { success } from './respond.ts';

const maxValues = 1000;
const maxSearchLength = 256;

/** `GET /dimensions/:name/values`: the values of a dimension in a time range, for suggestions and variables. */
export function dimensionRoutes(_dependencies: Dependencies, queries: QueryRunner): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/dimensions/:name/values', async (c) => {
    const parameters = new URL(c.req.url).searchParams;
    requireKnown(parameters, ['from', 'to', 'search', 'limit', 'filter']);
    const search = readOnce(parameters, 'search') ?? '';
    if (search.length > maxSearchLength || !search.isWellFormed()) {
      throw new ApiError('invalid_request', `search: must be text of at most ${String(maxSearchLength)} characters`);
    }
    const limit = readNumber(parameters, 'limit') ?? maxValues;
    if (limit < 1 || limit > maxValues) {
      throw new ApiError('invalid_request', `limit: must be from 1 to ${String(maxValues)}`);
    }
    const request = { dimension: c.req.param('name'), search, limit, filters: readFilters(parameters) };
    return success(
      c,
      await queries.dimensionValues(request, readWindow(parameters), c.req.raw.signal, c.get('principal').person)
    );
  });
  return routes;
}
