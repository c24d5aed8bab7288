import { type Context, Hono } from 'hono';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { noGrafanaText } from '../pages/texts.ts';
import type { Env } from './env.ts';
import { failure } from './respond.ts';

/**
 * `GET /admin/dashboard` and `GET /admin/login`: lead to Grafana, whose address comes from the settings alone. Nothing of
 * the request goes along.
 */
export function grafanaRoutes({ config }: Pick<Dependencies, 'config'>): Hono<Env> {
  const lead = (c: Context<Env>, path: string) =>
    config.GRAFANA_ROOT_URL === undefined ? noGrafana(c) : c.redirect(config.GRAFANA_ROOT_URL + path);
  const routes = new Hono<Env>();
  routes.get('/admin/dashboard', (c) => lead(c, 'd/aitoys-overview'));
  routes.get('/admin/login', (c) => {
    if (c.req.query('login_name') !== undefined || c.req.query('password') !== undefined) {
      throw new ApiError(
        'invalid_request',
        'Send login_name and password in the body of a POST: the address takes no parameters'
      );
    }
    return lead(c, 'login');
  });
  return routes;
}

function noGrafana(c: Context<Env>): Response | Promise<Response> {
  const error = new ApiError('not_found', 'This proxy knows no Grafana: its setting GRAFANA_ROOT_URL is not set');
  return failure(c, error, { text: noGrafanaText, hasGrafana: false });
}
