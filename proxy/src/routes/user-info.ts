import { Hono } from 'hono';
import type { Env } from './env.ts';
import { success } from './respond.ts';

/** `GET /user/info`: the signed-in user, without the hash. */
export function userInfoRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/user/info', (c) => success(c, c.get('principal').user));
  return routes;
}
