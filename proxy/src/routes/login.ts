import { Hono } from 'hono';
import { z } from 'zod';
import { credentialFields } from '../auth/credentials.ts';
import type { LimitedSignIn } from '../auth/limited-sign-in.ts';
import { requestAudit } from '../auth/request-audit.ts';
import { sessionLimits } from '../auth/session-limits.ts';
import { startSession } from '../auth/sessions.ts';
import type { Tokens } from '../auth/token.ts';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { readInput } from '../read-input.ts';
import { countSignIns } from './count-sign-ins.ts';
import type { Env } from './env.ts';
import { readJsonBody } from './json-body.ts';
import { success } from './respond.ts';

const loginSchema = z.strictObject({
  ...credentialFields,
  client: z.literal('grafana', "must be 'grafana' or left out").optional(),
});

/** `POST /login`: a session of kind `datasource` for `client: "grafana"`, else of kind `user`, and its token. */
export function loginRoutes(
  { config, auditLog, passwords, stateDatabase, telemetry }: Dependencies,
  signIn: LimitedSignIn,
  tokens: Tokens
): Hono<Env> {
  const routes = new Hono<Env>();
  routes.use('/login', countSignIns(telemetry));
  routes.post('/login', async (c) => {
    passwords.refuseSurplus();
    if (new URL(c.req.url).search !== '') {
      throw new ApiError(
        'invalid_request',
        'Send login_name and password in the body: the address takes no parameters'
      );
    }
    const input = readInput(loginSchema, await readJsonBody(c, config.MAX_BODY_KIB));
    const kind = input.client === 'grafana' ? 'datasource' : 'user';
    const request = {
      credentials: { loginName: input.login_name, password: input.password },
      address: c.get('clientAddress'),
      // Named as in the line of the request, which it belongs to.
      log: requestAudit(auditLog, c),
      caller: c.req.raw.signal,
    };
    const { user, id, session } = await signIn(request, async (signedIn, signal) => {
      const who = { user_id: signedIn.user.id, kind, password_fingerprint: signedIn.passwordFingerprint } as const;
      return { user: signedIn.user, ...(await startSession(stateDatabase, who, sessionLimits(config), signal)) };
    });
    const token = await tokens.sign({
      sub: user.id,
      sid: id,
      iat: Math.floor(session.created_at / 1000),
      exp: Math.floor(session.expires_at / 1000),
    });
    request.log.info({ event: 'signed_in', user_id: user.id, kind });
    return success(c, {
      token,
      token_type: 'Bearer',
      expires_at: new Date(session.expires_at).toISOString(),
      user,
    });
  });
  return routes;
}
