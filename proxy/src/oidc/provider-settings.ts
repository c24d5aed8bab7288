import type { JWK } from 'jose';
import { type AdapterFactory, type Configuration, errors, type FindAccount, interactionPolicy } from 'oidc-provider';
import type { Config } from '../config.ts';
import { deriveKey } from '../derive-key.ts';
import type { NotesOf } from './notes.ts';

/** The one client: Grafana, as `client_id` in its [auth.generic_oauth]. */
export const grafanaClientId = 'grafana';

/** Below the address of the proxy; all addresses of the provider begin with it. */
export const oidcPath = '/oidc';

/** Where people enter their password, and where a browser is led that has signed out. */
export const loginPath = `${oidcPath}/login`;
export const signedOutPath = `${oidcPath}/signed-out`;

/** Of the session that a browser has here from a sign-in to its log-out, and of the proof that it signed in: see same-browser.ts. */
export const sessionCookie = 'aitoys_session';
export const proofCookie = 'aitoys_signed_in';

const scopes = 'openid profile email';

// To find one's password may take a while.
const loginSeconds = 30 * 60;
const codeSeconds = 60;

/** What the proxy has to know of its settings to sign people in to Grafana. */
export interface OidcSettings {
  publicUrl: string;
  grafanaRootUrl: string;
  clientSecret: string;
}

/** Null where the settings are not there: then nobody is signed in to Grafana here. */
export function oidcSettings(config: Config): OidcSettings | null {
  const { PUBLIC_URL, GRAFANA_ROOT_URL, OIDC_CLIENT_SECRET } = config;
  return PUBLIC_URL === undefined || GRAFANA_ROOT_URL === undefined || OIDC_CLIENT_SECRET === undefined
    ? null
    : { publicUrl: PUBLIC_URL, grafanaRootUrl: GRAFANA_ROOT_URL, clientSecret: OIDC_CLIENT_SECRET };
}

export interface ProviderParts {
  adapter: AdapterFactory;
  findAccount: FindAccount;
  /** The one that signs first. */
  keys: JWK[];
  notesOf: NotesOf;
}

/** The provider's configuration: the authorization code flow with PKCE (S256) for Grafana, and nothing else. */
export function providerConfiguration(
  config: Config,
  settings: OidcSettings,
  { adapter, findAccount, keys, notesOf }: ProviderParts
): Configuration {
  const sessionSeconds = config.SESSION_ABSOLUTE_HOURS * 3600;
  return {
    adapter,
    findAccount,
    jwks: { keys },
    clients: [
      {
        client_id: grafanaClientId,
        client_secret: settings.clientSecret,
        client_name: 'Grafana',
        redirect_uris: [`${settings.grafanaRootUrl}login/generic_oauth`],
        post_logout_redirect_uris: [settings.publicUrl + signedOutPath],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
        scope: scopes,
      },
    ],
    // OpenID Connect Core 1.0, 3.1.2.1: it is required.
    allowOmittingSingleRegisteredRedirectUri: false,
    // Both, so that the library sees, and refuses, a secret in two places (RFC 6749, section 2.3).
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    responseTypes: ['code'],
    scopes: scopes.split(' '),
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'grafana_role'],
      email: ['email'],
    },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      // On by default, and nothing that Grafana asks for.
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.respond = false;
          const isAsked = context.oidc.params?.['id_token_hint'] !== undefined;
          notesOf(context.req).page = { kind: 'sign_out', form, isAsked };
        },
        postLogoutSuccessSource: (context) => {
          context.respond = false;
          notesOf(context.req).page = { kind: 'signed_out' };
        },
      },
    },
    renderError: (context, { error, error_description: description }, thrown) => {
      context.respond = false;
      const status = thrown instanceof errors.OIDCProviderError ? thrown.statusCode : 500;
      notesOf(context.req).page = { kind: 'error', status, error, description };
    },
    routes: { authorization: '/auth', token: '/token', userinfo: '/me', jwks: '/jwks', end_session: '/session/end' },
    interactions: { policy: loginEveryTime(), url: (_context, { uid }) => `${loginPath}/${uid}` },
    // There is nothing to agree to: Grafana is this company's own.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc;
      if (
        client?.clientId !== grafanaClientId ||
        session?.accountId === undefined ||
        oidc.result?.login === undefined
      ) {
        return undefined;
      }
      const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(scopes);
      await grant.save();
      return grant;
    },
    ttl: {
      Interaction: loginSeconds,
      AuthorizationCode: codeSeconds,
      // Grafana names its ID token at log-out only as long as its access token is valid.
      AccessToken: sessionSeconds,
      IdToken: sessionSeconds,
      Grant: sessionSeconds,
      Session: sessionSeconds,
    },
    cookies: {
      keys: config.sessionSecrets.map((secret) =>
        deriveKey(secret, 'ai-metrics OpenID Connect cookies').export().toString('base64url')
      ),
      names: { session: sessionCookie, interaction: 'aitoys_sign_in', resume: 'aitoys_sign_in_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: oidcPath },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    clientBasedCORS: () => false,
    discovery: { ui_locales_supported: ['en', 'zh-CN'] },
  };
}

/**
 * Whoever comes here has no session in Grafana (any more), so he enters his password: a session that ended without use must
 * not begin again by itself, nor one of somebody else at the same browser.
 */
function loginEveryTime(): interactionPolicy.DefaultPolicy {
  const { Check, base } = interactionPolicy;
  const policy = base();
  policy
    .get('login')
    ?.checks.add(
      new Check('password', 'the password is asked for at every sign-in', ({ oidc }) =>
        oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
      )
    );
  return policy;
}
