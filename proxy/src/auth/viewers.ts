import { errors, type JWTVerifyOptions } from 'jose';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { standingOf } from './authorize.ts';
import { withDeadline } from './deadline.ts';
import { createGrafanaKeys } from './grafana-keys.ts';
import { createRecentAnswers } from './recent-answers.ts';
import { asSystemUser, findUser, type SystemUser, type UserRow } from './users.ts';

export interface Viewers {
  /**
   * The system user who is looking, from Grafana's token for him, as he is in `users` now (or was less than a second ago).
   * Throws an ApiError: 403 for everybody else, 503 where Grafana's keys or the database can't be asked.
   */
  identify(grafanaId: string | undefined): Promise<SystemUser>;
}

/** Under which login someone who signed in through this proxy is in Grafana: it names the row of `users`. */
export function grafanaLogin(userId: string): string {
  return `aitoys-${userId}`;
}

const loginForm = /^aitoys-(-?\d{1,20})$/;

// RFC 8725 §3.8 to 3.11: everything that tells this token from others of the same Grafana.
const claimsSchema = z.object({
  sub: z.string().regex(/^user:\d+$/),
  type: z.literal('user'),
  authenticatedBy: z.literal('oauth_generic_oauth'),
  username: z.string().regex(loginForm),
  aud: z.union([z.string(), z.tuple([z.string()]).transform(([audience]) => audience)]),
  namespace: z.string(),
});

const clockToleranceSeconds = 5;

// A token of Grafana's has about 1 KiB.
const maxTokenLength = 8192;

const maxAgeMs = 1000;
const maxEntries = 10_000;

type ViewerDependencies = Pick<Dependencies, 'config' | 'clock' | 'signInDatabase'>;

export function createViewers({ config, clock, signInDatabase }: ViewerDependencies): Viewers {
  const { GRAFANA_ROOT_URL, GRAFANA_URL = GRAFANA_ROOT_URL, GRAFANA_ORG_IDS, OIDC_CLIENT_SECRET } = config;
  if (GRAFANA_ROOT_URL === undefined || GRAFANA_URL === undefined) {
    return { identify: () => Promise.reject(notSetUp('GRAFANA_ROOT_URL')) };
  }
  if (OIDC_CLIENT_SECRET === undefined) {
    // Then that Grafana signs people in by somebody else, who may let them choose their names.
    return { identify: () => Promise.reject(notSetUp('OIDC_CLIENT_SECRET')) };
  }
  const verify = createGrafanaKeys(GRAFANA_URL);
  const options: JWTVerifyOptions = {
    algorithms: ['ES256'],
    issuer: GRAFANA_ROOT_URL,
    audience: GRAFANA_ORG_IDS.map((id) => `org:${id}`),
    requiredClaims: ['exp', 'iat'],
    clockTolerance: clockToleranceSeconds,
  };
  const recent = createRecentAnswers<UserRow | null>(clock, maxAgeMs, maxEntries);

  const readUserId = async (token: string): Promise<string> => {
    let claims: unknown;
    try {
      claims = await verify(token, { ...options, currentDate: new Date(clock()) });
    } catch (error) {
      throw error instanceof errors.JOSEError ? notSignedIn(error) : error;
    }
    const read = claimsSchema.safeParse(claims);
    if (!read.success || read.data.namespace !== namespaceOf(read.data.aud)) {
      throw notSignedIn(read.error);
    }
    return loginForm.exec(read.data.username)?.[1] ?? '';
  };

  return {
    identify: async (grafanaId) => {
      if (grafanaId === undefined || grafanaId.length > maxTokenLength) {
        throw notSignedIn();
      }
      const id = await readUserId(grafanaId);
      const user = await recent.get(id, () =>
        withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, (signal) => findUser(signInDatabase, id, signal))
      );
      return systemUser(user, id);
    },
  };
}

function systemUser(user: UserRow | null, userId: string): SystemUser {
  const standing = user === null ? 'not_active' : standingOf(user);
  if (user === null || standing === 'not_active') {
    throw new ApiError('forbidden', 'Your account is disabled: ask an administrator', { userId });
  }
  if (standing === 'not_a_system_user') {
    throw new ApiError('forbidden', 'Your account is not a system user: ask an administrator', { userId });
  }
  return asSystemUser(user);
}

/** As Grafana names the space of an organization (authlib's `OrgNamespaceFormatter`). */
function namespaceOf(audience: string): string {
  const organization = audience.replace(/^org:/, '');
  return organization === '1' ? 'default' : `org-${organization}`;
}

// A 401 would have the data source sign in again, which changes nothing about the viewer.
function notSignedIn(cause?: unknown): ApiError {
  const text =
    'Ask as a signed-in user: sign in to Grafana with your AI Toys account. ' +
    "Grafana's own accounts, service accounts and public dashboards see nothing";
  return new ApiError('forbidden', text, { cause });
}

function notSetUp(setting: string): ApiError {
  return new ApiError('forbidden', `This proxy can't check who is looking: its setting ${setting} is not set`);
}
