import { Hono } from 'hono';
import type { Dependencies } from '../dependencies.ts';
import { describeCatalog } from '../query/catalog.ts';
import { queryLimits } from '../query/run.ts';
import type { Env } from './env.ts';
import { success } from './respond.ts';

/** `GET /catalog`: what can be asked for. */
export function catalogRoutes({ config }: Dependencies): Hono<Env> {
  const catalog = describeCatalog(config.CURRENCY, queryLimits(config));
  const routes = new Hono<Env>();
  routes.get('/catalog', (c) => success(c, catalog));
  return routes;
}
