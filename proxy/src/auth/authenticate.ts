import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { type Caller, type CallerHeaders, readCaller } from './caller.ts';
import type { Identities } from './identities.ts';
import { unauthenticated } from './unauthenticated.ts';
import type { SystemUser } from './users.ts';
import type { Viewers } from './viewers.ts';

/** Who asks: found for every request before any route runs. */
export interface Principal {
  /** The viewer where viewers are checked, else whoever is signed in. */
  user: SystemUser;
  caller: Caller;
  /** The user's id, for limits per person; undefined where he is a data source's account, which asks for a whole Grafana. */
  person: string | undefined;
}

/** `auditLog` names the request. */
export type Authenticate = (token: string | null, headers: CallerHeaders, auditLog: Logger) => Promise<Principal>;

/**
 * Finds out who asks: the session's system user, what the data source says for whom it asks, and, where it is for a viewer,
 * who that is. Throws an ApiError: 401 for a session or a wire that is none, 403 for a person who may not see anything,
 * 503 while one of them can't be looked up.
 */
export function createAuthenticate(
  { VIEWER_CHECK }: Pick<Config, 'VIEWER_CHECK'>,
  identities: Identities,
  viewers: Viewers
): Authenticate {
  return async (token, headers, auditLog) => {
    const { user, session } = await identities.identify(token, auditLog);
    const caller = readCaller(session.kind, headers);
    if ('contradiction' in caller) {
      throw unauthenticated(caller.contradiction);
    }
    const isChecked = caller.kind === 'viewer' && VIEWER_CHECK === 'required';
    if (isChecked) {
      const viewer = await viewers.identify(caller.grafanaId);
      return { user: viewer, caller, person: viewer.id };
    }
    return { user, caller, person: caller.kind === 'user' ? user.id : undefined };
  };
}
