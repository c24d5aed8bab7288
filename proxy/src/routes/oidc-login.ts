import { type Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { errors, type Provider } from 'oidc-provider';
import { z } from 'zod';
import { credentialFields } from '../auth/credentials.ts';
import type { LimitedSignIn } from '../auth/limited-sign-in.ts';
import { requestAudit } from '../auth/request-audit.ts';
import { databaseError } from '../database/errors.ts';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { loginPath, type OidcSettings, proofCookie } from '../oidc/provider-settings.ts';
import { makeProof } from '../oidc/same-browser.ts';
import { type LoginPage, loginPage } from '../pages/login-page.ts';
import { createSigner } from '../signer.ts';
import { countSignIns } from './count-sign-ins.ts';
import type { Env } from './env.ts';
import { answerPage, formPolicy } from './negotiate.ts';
import { nodeBindings } from './node-bindings.ts';
import { readUtf8Body } from './read-body.ts';
import { refuseOtherOrigins } from './refuse-other-origins.ts';
import { logFault } from './respond.ts';
import { signInOver } from './sign-in-over.ts';

const formType = /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const formSchema = z.strictObject({ ...credentialFields, form_token: z.string() });

const path = `${loginPath}/:uid` as const;

/**
 * `GET` and `POST /oidc/login/:uid`: the page on which people sign in to Grafana, and what its form sends. It works without
 * scripts; the form needs a token that this page gave, the cookie of the sign-in that it belongs to, and this very origin.
 */
export function oidcLoginRoutes(
  { config, log, auditLog, passwords, telemetry }: Dependencies,
  settings: OidcSettings,
  current: CurrentProvider,
  signIn: LimitedSignIn
): Hono<Env> {
  const formTokens = createSigner(config.sessionSecrets, {
    keyPurpose: 'ai-metrics login form HS256',
    type: 'form',
    maxLength: 1024,
  });
  // A browser follows the form's redirects only to origins that are named here.
  const policy = formPolicy(new URL(settings.grafanaRootUrl).origin);

  const showLogin = async (c: Context<Env>, uid: string, shown: Omit<LoginPage, 'formToken'>, status: LoginStatus) => {
    const formToken = await formTokens.sign({ uid });
    // With `no-referrer` browsers would send `Origin: null` with the form.
    c.header('Referrer-Policy', 'same-origin');
    return answerPage(c, { status, policy, page: (language) => loginPage(language, { ...shown, formToken }) });
  };

  const routes = new Hono<Env>();
  routes.get(path, async (c) => {
    const uid = await findInteraction(c, await current());
    return uid === undefined ? signInOver(c) : showLogin(c, uid, { loginName: '' }, 200);
  });
  routes.post(path, refuseOtherOrigins(settings.publicUrl), countSignIns(telemetry), async (c) => {
    passwords.refuseSurplus();
    const provider = await current();
    const form = await readForm(c, config.MAX_BODY_KIB);
    const uid = await findInteraction(c, provider);
    const read = formSchema.safeParse(form);
    const loginName = typeof form['login_name'] === 'string' ? form['login_name'].slice(0, 256) : '';
    const token = (await formTokens.verify(form['form_token'] ?? '')) as { uid?: unknown } | null;
    if (uid === undefined || token?.uid !== uid) {
      return signInOver(c);
    }
    if (!read.success) {
      return showLogin(c, uid, { loginName, problem: { kind: 'incomplete' } }, 400);
    }
    const request = {
      credentials: { loginName: read.data.login_name, password: read.data.password },
      address: c.get('clientAddress'),
      log: requestAudit(auditLog, c),
      caller: c.req.raw.signal,
    };
    try {
      const { incoming, outgoing } = nodeBindings(c);
      const proof = makeProof();
      const next = await signIn(request, async ({ user }) => {
        const location = await provider.interactionResult(
          incoming,
          outgoing,
          { login: { accountId: user.id, remember: true }, browser: proof.hash },
          { mergeWithLastSubmission: false }
        );
        request.log.info({ event: 'signed_in', user_id: user.id, kind: 'grafana' });
        return location;
      });
      setCookie(c, proofCookie, proof.secret, {
        path: new URL(next).pathname,
        httpOnly: true,
        sameSite: 'Lax',
        secure: new URL(next).protocol === 'https:',
      });
      return c.redirect(next, 303);
    } catch (thrown) {
      if (thrown instanceof errors.SessionNotFound) {
        return signInOver(c);
      }
      const error = databaseError(asApiError(thrown));
      const problem = problemOf(error);
      if (problem === undefined || c.req.raw.signal.aborted) {
        throw error;
      }
      logFault(log, c, error);
      for (const [name, value] of Object.entries(error.headers)) {
        c.header(name, value);
      }
      return showLogin(c, uid, { loginName, problem }, error.status as LoginStatus);
    }
  });
  return routes;
}

type LoginStatus = 200 | 400 | 401 | 403 | 429 | 503;

function problemOf({ code, headers }: ApiError): LoginPage['problem'] {
  switch (code) {
    case 'unauthenticated':
      return { kind: 'refused' };
    case 'forbidden':
      return { kind: 'not_a_system_user' };
    case 'rate_limited':
      return { kind: 'limited', seconds: Number(headers['Retry-After'] ?? 60) };
    case 'unavailable':
      return { kind: 'unavailable' };
    default:
      return undefined;
  }
}

/** The id of the sign-in of this address, if the browser's cookie is of the same one. */
async function findInteraction(c: Context<Env>, provider: Provider): Promise<string | undefined> {
  const { incoming, outgoing } = nodeBindings(c);
  try {
    const { uid } = await provider.interactionDetails(incoming, outgoing);
    return uid === c.req.param('uid') ? uid : undefined;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) {
      return undefined;
    }
    throw asApiError(error);
  }
}

/** The fields of a form; 400 where one comes twice. */
async function readForm(c: Context<Env>, maxKib: number): Promise<Record<string, string>> {
  if (!formType.test(c.req.header('Content-Type') ?? '')) {
    throw new ApiError('unsupported_media_type', 'The form must be sent as application/x-www-form-urlencoded');
  }
  const fields = [...new URLSearchParams(await readUtf8Body(c, maxKib))];
  const form = new Map(fields);
  if (form.size !== fields.length) {
    throw new ApiError('invalid_request', 'The form has a field twice');
  }
  return Object.fromEntries(form);
}

/** What the library throws where the state of a sign-in can't be read. */
function asApiError(error: unknown): unknown {
  return error instanceof errors.OIDCProviderError
    ? new ApiError('unavailable', 'Nobody can be signed in just now', { cause: error, headers: { 'Retry-After': '5' } })
    : error;
}
