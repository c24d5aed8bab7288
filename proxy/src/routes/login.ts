import { Hono } from 'hono';
import { z } from 'zod';
import { createSignInAttempts } from '../auth/attempts.ts';
import { withDeadline } from '../auth/deadline.ts';
import { maxPasswordBytes } from '../auth/password.ts';
import { sessionLimits } from '../auth/session-limits.ts';
import { startSession } from '../auth/sessions.ts';
import { signIn } from '../auth/sign-in.ts';
import type { Tokens } from '../auth/token.ts';
import { maxNameCharacters } from '../auth/users.ts';
import { databaseError } from '../database/errors.ts';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { countSignIns } from './count-sign-ins.ts';
import type { Env } from './env.ts';
import { readJsonBody } from './json-body.ts';
import { readInput } from '../read-input.ts';
import { success } from './respond.ts';

const wellFormedText = z.string('must be text').refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

// Texts only: an object or a number that reached SQL would mean something else there.
const loginSchema = z.strictObject({
  login_name: wellFormedText.refine(
    (name) => {
      // As the column counts them, not in UTF-16 units.
      const characters = Array.from(name).length;
      return characters >= 1 && characters <= maxNameCharacters;
    },
    `must have 1 to ${String(maxNameCharacters)} characters`
  ),
  password: wellFormedText.refine(
    (password) => {
      const bytes = Buffer.byteLength(password, 'utf8');
      return bytes >= 1 && bytes <= maxPasswordBytes;
    },
    `must have 1 to ${String(maxPasswordBytes)} bytes`
  ),
  client: z.literal('grafana', "must be 'grafana' or left out").optional(),
});

/** `POST /login`: a session of kind `datasource` for `client: "grafana"`, else of kind `user`, and its token. */
export function loginRoutes(dependencies: Dependencies, tokens: Tokens): Hono<Env> {
  const { config, passwords, stateDatabase } = dependencies;
  const attempts = createSignInAttempts(dependencies);
  const routes = new Hono<Env>();
  routes.use('/login', countSignIns(dependencies.telemetry));
  routes.post('/login', async (c) => {
    if (new URL(c.req.url).search !== '') {
      throw new ApiError(
        'invalid_request',
        'Send login_name and password in the body: the address takes no parameters'
      );
    }
    const input = readInput(loginSchema, await readJsonBody(c, config.MAX_BODY_KIB));
    const address = c.get('clientAddress');
    // Named as in the line of the request, which it belongs to.
    const log = dependencies.log.child({ request_id: c.get('requestId'), client: address });
    const attempt = attempts.of({ loginName: input.login_name, address }, log);
    const signInLimited = async (signal: AbortSignal) => {
      await attempt.count(signal);
      const credentials = { loginName: input.login_name, password: input.password };
      const signedIn = await signIn(dependencies, credentials, log, signal);
      const started = await startSession(
        stateDatabase,
        {
          user_id: signedIn.user.id,
          kind: input.client === 'grafana' ? 'datasource' : 'user',
          password_fingerprint: signedIn.passwordFingerprint,
        },
        sessionLimits(config),
        signal
      );
      await attempt.forget(signal);
      return { user: signedIn.user, ...started };
    };
    const { user, id, session } = await withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, (signal) =>
      passwords.admit(() => signInLimited(signal))
    ).catch(async (error: unknown) => {
      // Only a verdict uses up an attempt. Going away does as well: it must be no way to guess for nothing.
      if (databaseError(error).status >= 500 && !c.req.raw.signal.aborted) {
        await attempt.giveBack();
      }
      throw error;
    });
    const token = await tokens.sign({
      sub: user.id,
      sid: id,
      iat: Math.floor(session.created_at / 1000),
      exp: Math.floor(session.expires_at / 1000),
    });
    log.info({ event: 'signed_in', user_id: user.id, kind: session.kind });
    return success(c, {
      token,
      token_type: 'Bearer',
      expires_at: new Date(session.expires_at).toISOString(),
      user,
    });
  });
  return routes;
}
