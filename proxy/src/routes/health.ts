import { Hono } from 'hono';
import { createRecentAnswers } from '../auth/recent-answers.ts';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { checkReadiness } from '../readiness.ts';
import { version } from '../version.ts';
import type { Env } from './env.ts';
import { success } from './respond.ts';

// Anyone may ask, so the databases are asked at most this often.
const maxAgeMs = 1000;

/** `GET /health`: the process lives, and how far it is with rollups; no database is asked. `GET /ready`: it can do its work; needs no sign-in. */
export function healthRoutes(dependencies: Dependencies): Hono<Env> {
  const recent = createRecentAnswers<Awaited<ReturnType<typeof checkReadiness>>>(dependencies.clock, maxAgeMs, 1);
  const routes = new Hono<Env>();
  routes.get('/health', (c) => success(c, { status: 'ok', version, rollups: dependencies.rollupStatus() }));
  routes.get('/ready', async (c) => {
    const readiness = await recent.get('ready', () => checkReadiness(dependencies));
    if (readiness.status === 'ready') {
      return success(c, readiness);
    }
    const failed = readiness.checks.filter((check) => !check.ok).map((check) => `${check.name}: ${check.message}`);
    throw new ApiError('unavailable', failed.join('; '), { details: readiness, headers: { 'Retry-After': '5' } });
  });
  return routes;
}
