import type { Environment } from './environment.ts';

/** How people sign in to Grafana: through the proxy. docker-compose.yml and the README say the same, which a test checks. */
export interface GrafanaSignIn {
  /** The proxy's address in browsers. */
  publicUrl: string;
  /** The proxy's address on this machine. */
  proxyUrl: string;
  clientSecret: string;
  /** Sessions in Grafana last as long as those of the proxy. */
  idleMinutes: number;
  absoluteHours: number;
}

/** Grafana's settings for that. People are managed in `users` only, so Grafana's own login form is not there. */
export function signInEnvironment({
  publicUrl,
  proxyUrl,
  clientSecret,
  idleMinutes,
  absoluteHours,
}: GrafanaSignIn): Environment {
  const issuer = `${publicUrl}/oidc`;
  return {
    GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    GF_AUTH_OAUTH_ALLOW_INSECURE_EMAIL_LOOKUP: 'false',
    GF_AUTH_LOGIN_MAXIMUM_INACTIVE_LIFETIME_DURATION: `${idleMinutes}m`,
    GF_AUTH_LOGIN_MAXIMUM_LIFETIME_DURATION: `${absoluteHours}h`,
    GF_AUTH_GENERIC_OAUTH_ENABLED: 'true',
    GF_AUTH_GENERIC_OAUTH_NAME: 'AI Toys',
    GF_AUTH_GENERIC_OAUTH_CLIENT_ID: 'grafana',
    GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET: clientSecret,
    GF_AUTH_GENERIC_OAUTH_SCOPES: 'openid profile email',
    GF_AUTH_GENERIC_OAUTH_AUTH_URL: `${issuer}/auth`,
    GF_AUTH_GENERIC_OAUTH_TOKEN_URL: `${proxyUrl}/oidc/token`,
    GF_AUTH_GENERIC_OAUTH_API_URL: `${proxyUrl}/oidc/me`,
    GF_AUTH_GENERIC_OAUTH_VALIDATE_ID_TOKEN: 'true',
    GF_AUTH_GENERIC_OAUTH_JWK_SET_URL: `${proxyUrl}/oidc/jwks`,
    GF_AUTH_GENERIC_OAUTH_SIGNOUT_REDIRECT_URL: `${issuer}/session/end?client_id=grafana&post_logout_redirect_uri=${issuer}/signed-out`,
    GF_AUTH_GENERIC_OAUTH_USE_PKCE: 'true',
    GF_AUTH_GENERIC_OAUTH_USE_REFRESH_TOKEN: 'false',
    GF_AUTH_GENERIC_OAUTH_AUTH_STYLE: 'InHeader',
    GF_AUTH_GENERIC_OAUTH_LOGIN_ATTRIBUTE_PATH: 'preferred_username',
    GF_AUTH_GENERIC_OAUTH_EMAIL_ATTRIBUTE_PATH: 'email',
    GF_AUTH_GENERIC_OAUTH_NAME_ATTRIBUTE_PATH: 'name',
    GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH: 'grafana_role',
    GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_STRICT: 'true',
    GF_AUTH_GENERIC_OAUTH_ALLOW_SIGN_UP: 'true',
    GF_AUTH_GENERIC_OAUTH_AUTO_LOGIN: 'true',
  };
}
