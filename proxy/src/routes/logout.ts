import { Hono } from 'hono';
import { bearerToken } from '../auth/bearer.ts';
import type { Identities } from '../auth/identities.ts';
import { requestAudit } from '../auth/request-audit.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Env } from './env.ts';

/**
 * `POST /logout`: ends the token's session. 204 for any token and for none, as nothing is left to sign out of; only a
 * database that is away is said (503), because then the session may last.
 */
export function logoutRoutes({ auditLog }: Pick<Dependencies, 'auditLog'>, identities: Identities): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/logout', async (c) => {
    const userId = await identities.end(bearerToken(c.req.header('Authorization')));
    if (userId !== null) {
      requestAudit(auditLog, c).info({ event: 'signed_out', user_id: userId });
    }
    return c.body(null, 204);
  });
  return routes;
}
