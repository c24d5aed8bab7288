import { Hono } from 'hono';
import { createAuthenticate } from './auth/authenticate.ts';
import { createIdentities } from './auth/identities.ts';
import { requirePrincipal } from './auth/principal.ts';
import { refuseTokenInAddress } from './auth/token-in-address.ts';
import { createLimitedSignIn, type LimitedSignIn } from './auth/limited-sign-in.ts';
import { createRefusalLog } from './auth/refusal-log.ts';
import { createTokens } from './auth/token.ts';
import { createViewers } from './auth/viewers.ts';
import type { Dependencies } from './dependencies.ts';
import { createCurrentProvider } from './oidc/current-provider.ts';
import { createNotes } from './oidc/notes.ts';
import { oidcSettings } from './oidc/provider-settings.ts';
import { createQueryRunner, type QueryRunner } from './query/run.ts';
import { callsRoutes } from './routes/calls.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { clientAddress } from './routes/client-address.ts';
import { dimensionRoutes } from './routes/dimensions.ts';
import { errorsOnly } from './routes/errors-only.ts';
import type { Env } from './routes/env.ts';
import { grafanaRoutes } from './routes/grafana.ts';
import { healthRoutes } from './routes/health.ts';
import { homeRoutes } from './routes/home.ts';
import { endpointsOf, refuseUnknownRoutes, routeOf } from './routes/known-routes.ts';
import { loginRoutes } from './routes/login.ts';
import { logoutRoutes } from './routes/logout.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { oidcLoginRoutes } from './routes/oidc-login.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { queryRoutes } from './routes/query.ts';
import { refuseForeignHosts } from './routes/refuse-foreign-hosts.ts';
import { refuseUnreadable } from './routes/refuse-unreadable.ts';
import { requestLog } from './routes/request-log.ts';
import { requestMetrics } from './routes/request-metrics.ts';
import { createErrorRenderer } from './routes/respond.ts';
import { securityHeaders } from './routes/security-headers.ts';
import { shedLoad } from './routes/shed-load.ts';
import { staticRoutes } from './routes/static.ts';
import { userInfoRoutes } from './routes/user-info.ts';

/** The API answers at both: `/admin` is where the old back end had it. */
export const mounts = ['/api/v1', '/admin'] as const;

/** Makes the routes of one file from what the proxy is made of. */
type RouteModule = (dependencies: Dependencies, queries: QueryRunner) => Hono<Env>;

// All of these are behind sign-in.
const routeModules: RouteModule[] = [
  userInfoRoutes,
  metricsRoutes,
  callsRoutes,
  queryRoutes,
  catalogRoutes,
  dimensionRoutes,
];

// Answered out of the databases, each at a price that nobody knows beforehand.
const questionPaths = ['/query', '/metrics/*', '/calls', '/dimensions/*'];

/** The whole HTTP side of the proxy, without a server. Throws where the settings hold no session secret. */
export function createApp(dependencies: Dependencies): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(createErrorRenderer(dependencies.log, dependencies.config.GRAFANA_ROOT_URL !== undefined));
  app.use(clientAddress(dependencies.config.TRUSTED_PROXIES));
  app.use(
    requestMetrics(dependencies.telemetry),
    requestLog(dependencies.accessLog),
    securityHeaders,
    errorsOnly,
    refuseUnreadable,
    refuseForeignHosts(dependencies.config.TRUSTED_HOSTS),
    refuseUnknownRoutes(app),
    refuseTokenInAddress
  );
  app.route('/', healthRoutes(dependencies));
  const signIn = createLimitedSignIn(dependencies);
  const api = createApi(dependencies, signIn);
  // For browsers, and for everyone: these answer before the API looks for a sign-in.
  app.route('/', homeRoutes(dependencies, mounts, mounts[0], endpointsOf(api)));
  app.route('/', grafanaRoutes(dependencies));
  app.route('/', staticRoutes());
  app.route('/', createOidc(dependencies, signIn));
  for (const mount of mounts) {
    app.route(mount, api);
  }
  return app;
}

/** Sign-in to Grafana, where the settings for it are there. */
function createOidc(dependencies: Dependencies, signIn: LimitedSignIn): Hono<Env> {
  const oidc = new Hono<Env>();
  const settings = oidcSettings(dependencies.config);
  if (settings !== null) {
    const notesOf = createNotes();
    const current = createCurrentProvider(dependencies, settings, notesOf);
    oidc.route('/', oidcLoginRoutes(dependencies, settings, current, signIn));
    oidc.route('/', oidcRoutes(dependencies, settings, current, notesOf));
  }
  return oidc;
}

function createApi(dependencies: Dependencies, signIn: LimitedSignIn): Hono<Env> {
  const tokens = createTokens(dependencies.config.sessionSecrets);
  const identities = createIdentities(dependencies, tokens);
  const authenticate = createAuthenticate(dependencies.config, identities, createViewers(dependencies));
  const queries = createQueryRunner(dependencies);
  const api = new Hono<Env>();
  api.route('/', loginRoutes(dependencies, signIn, tokens));
  api.route('/', logoutRoutes(dependencies, identities));
  // Before anybody is looked up: that is work, too.
  for (const path of questionPaths) {
    api.use(path, shedLoad(dependencies));
  }
  // Whatever is registered from here on is behind sign-in.
  api.use(
    requirePrincipal(
      authenticate,
      dependencies.auditLog,
      createRefusalLog(dependencies.auditLog, dependencies.clock),
      (c) => routeOf(c, mounts)
    )
  );
  for (const routes of routeModules) {
    api.route('/', routes(dependencies, queries));
  }
  return api;
}
