import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { logo, stylesheet, submitScript } from '../pages/static-files.ts';
import type { Env } from './env.ts';

/** The files that pages need, each at the one address that names its content. */
export function staticRoutes(): Hono<Env> {
  const routes = new Hono<Env>();
  for (const file of [stylesheet, logo, submitScript]) {
    routes.get(file.path, etag(), (c) =>
      c.body(file.content, 200, {
        'Content-Type': file.contentType,
        'Cache-Control': 'public, max-age=31536000, immutable',
        ETag: file.etag,
      })
    );
  }
  // Browsers ask for it beside whatever they show, also JSON.
  routes.get('/favicon.ico', (c) => c.redirect(logo.path));
  return routes;
}
