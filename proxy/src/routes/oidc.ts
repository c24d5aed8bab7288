import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { createBegunSignIns } from '../auth/begun-sign-ins.ts';
import { requestAudit } from '../auth/request-audit.ts';
import type { Dependencies } from '../dependencies.ts';
import { ApiError, type ErrorCode } from '../errors.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import type { NotesOf, OidcNotes } from '../oidc/notes.ts';
import { oidcPath, type OidcSettings, proofCookie, sessionCookie, signedOutPath } from '../oidc/provider-settings.ts';
import { hasProof } from '../oidc/same-browser.ts';
import { signOutPage, signedOutPage } from '../pages/sign-out-pages.ts';
import type { Env } from './env.ts';
import { answerPage, formPolicy } from './negotiate.ts';
import { nodeBindings } from './node-bindings.ts';
import { protectiveHeaders } from './security-headers.ts';
import { signInOver } from './sign-in-over.ts';

/** Where a sign-in goes on after the login page. */
const resumePath = '/auth/:uid';

/** What oidc-provider answers itself; nothing else of it can be reached. */
const libraryRoutes: [method: 'GET' | 'POST', path: string][] = [
  ['GET', '/.well-known/openid-configuration'],
  ['GET', '/jwks'],
  ['GET', '/auth'],
  ['GET', resumePath],
  ['POST', '/token'],
  ['GET', '/me'],
  ['POST', '/me'],
  ['GET', '/session/end'],
  ['POST', '/session/end/confirm'],
  ['GET', '/session/end/success'],
];

// What anybody can ask for, and leaves something in the state database.
const begins = ['/auth', '/session/end'];

/**
 * OpenID Connect for Grafana, below `/oidc`: requests are passed on to oidc-provider, whose addresses come from PUBLIC_URL
 * alone. Errors for programs are those of OAuth 2.0 (RFC 6749, section 5.2); what a person reads is a page of ours.
 */
export function oidcRoutes(
  dependencies: Dependencies,
  settings: OidcSettings,
  current: CurrentProvider,
  notesOf: NotesOf
): Hono<Env> {
  const { auditLog } = dependencies;
  const countBegun = createBegunSignIns(dependencies);
  const routes = new Hono<Env>();
  for (const path of begins) {
    routes.use(oidcPath + path, async function limitBegun(c, next) {
      await countBegun(c.get('clientAddress'), requestAudit(auditLog, c));
      await next();
    });
  }
  routes.get(`${oidcPath}/session/end`, async (c, next) => {
    // Nobody is signed in here: there is nothing to end, and nothing to keep for it.
    return getCookie(c, sessionCookie) === undefined ? c.redirect(signedOutPath, 303) : next();
  });
  routes.get(oidcPath + resumePath, async (c, next) => {
    const provider = await current();
    if (!(await hasProof(provider, c.req.param('uid') ?? '', getCookie(c, proofCookie)))) {
      return signInOver(c);
    }
    return next();
  });
  for (const [method, path] of libraryRoutes) {
    routes.on(method, oidcPath + path, async (c) => {
      const provider = await current();
      const { incoming, outgoing } = nodeBindings(c);
      const notes = notesOf(incoming);
      passOn(c, incoming, outgoing, settings);
      await provider.callback()(incoming, outgoing);
      if (notes.event !== undefined) {
        requestAudit(auditLog, c)[notes.event.event === 'oidc_refused' ? 'warn' : 'info'](notes.event);
      }
      return render(c, path, notes) ?? alreadySent(outgoing);
    });
  }
  routes.get(signedOutPath, (c) => answerPage(c, { page: (language) => signedOutPage(language) }));
  return routes;
}

/** Tells the library the address of the settings, whatever the client or a proxy calls this server. */
function passOn(
  c: Context<Env>,
  incoming: IncomingMessage & { originalUrl?: string },
  outgoing: ServerResponse,
  { publicUrl }: OidcSettings
): void {
  const { host, protocol } = new URL(publicUrl);
  const { pathname, search } = new URL(c.req.url);
  incoming.originalUrl = pathname + search;
  incoming.url = incoming.originalUrl.slice(oidcPath.length);
  for (const name of Object.keys(incoming.headers).filter((header) => header.startsWith('x-forwarded-'))) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- Node's own object of headers has no other way
    delete incoming.headers[name];
  }
  // No page of another origin has business here.
  delete incoming.headers.origin;
  if (c.req.path.startsWith(`${oidcPath}/auth`)) {
    // Each sign-in has a session of its own, whoever signed in to this browser before.
    incoming.headers.cookie = withoutCookies(incoming.headers.cookie, [sessionCookie, `${sessionCookie}.sig`]);
  }
  incoming.headers.host = host;
  incoming.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  for (const [name, value] of Object.entries({
    ...protectiveHeaders,
    // Grafana keeps keys for 5 minutes unless max-age is 0, whatever else is said (pkg/login/social/connectors/social_base.go).
    'Cache-Control': 'no-store, max-age=0',
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'X-Request-Id': c.get('requestId'),
  })) {
    outgoing.setHeader(name, value);
  }
}

function withoutCookies(header: string | undefined, names: string[]): string {
  const pairs = (header ?? '').split(/; */);
  return pairs.filter((pair) => !names.some((name) => pair.startsWith(`${name}=`))).join('; ');
}

function render(c: Context<Env>, path: string, { page }: OidcNotes): Response | Promise<Response> | undefined {
  switch (page?.kind) {
    case undefined:
      return undefined;
    case 'error':
      if (page.status === 400 && path === resumePath) {
        return signInOver(c);
      }
      throw new ApiError(codeOf(page.status), [page.error, page.description].filter(Boolean).join(': '));
    case 'sign_out':
      return answerPage(c, { policy: formPolicy(), page: (language) => signOutPage(language, page) });
    case 'signed_out':
      return answerPage(c, { page: (language) => signedOutPage(language) });
    default:
      return page satisfies never;
  }
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 503:
      return 'unavailable';
    case 500:
      return 'internal';
    default:
      return 'invalid_request';
  }
}

/** The library has written the answer: this one is for the lines in the log and the metrics, and nobody writes it again. */
function alreadySent(outgoing: ServerResponse): Response {
  // Not @hono/node-server's RESPONSE_ALREADY_SENT: Hono makes another response of it where HEAD was asked.
  Object.assign(outgoing, { writeHead: () => outgoing, end: () => outgoing });
  return new Response(null, { status: outgoing.statusCode });
}
