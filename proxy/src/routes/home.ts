import { Hono } from 'hono';
import { demoNotice } from '../demo/demo-notice.ts';
import type { Dependencies } from '../dependencies.ts';
import { homePage } from '../pages/home-page.ts';
import { product } from '../pages/texts.ts';
import { apiVersion, version } from '../version.ts';
import type { Env } from './env.ts';
import { negotiate } from './negotiate.ts';
import { success } from './respond.ts';

/**
 * `GET /` below each of `mounts`, with and without the slash: a page for browsers; for programs the name, the version
 * and `routes`, which answer below `apiPath`. The root of the proxy leads there.
 */
export function homeRoutes(
  { config }: Pick<Dependencies, 'config'>,
  mounts: readonly string[],
  apiPath: string,
  routes: readonly string[]
): Hono<Env> {
  const state = { demo: config.demo, hasGrafana: config.GRAFANA_ROOT_URL !== undefined };
  const index = {
    name: product,
    version,
    api_version: apiVersion,
    api: apiPath,
    routes,
    notices: config.demo ? [demoNotice] : [],
  };
  const home = new Hono<Env>();
  home.get('/', (c) => c.redirect('/admin/'));
  for (const path of mounts.flatMap((mount) => [mount, `${mount}/`])) {
    home.get(path, (c) =>
      negotiate(c, { page: (language) => homePage(language, state), json: () => success(c, index) })
    );
  }
  return home;
}
