import { Hono } from 'hono';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Env } from './env.ts';

/** `GET /metrics` for Prometheus, and nothing else. Without sign-in: for a port of its own. */
export function telemetryRoutes({ registry }: Telemetry): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/metrics', async (c) => c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType }));
  return routes;
}
