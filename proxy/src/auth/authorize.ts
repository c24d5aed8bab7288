import type { Caller } from './caller.ts';
import { isOne } from './stored-values.ts';
import type { UserRow } from './users.ts';

/** Who someone is to this product: only a `system_user` may see anything. */
export type Standing = 'system_user' | 'not_a_system_user' | 'not_active';

/** Exactly 1 is active, and exactly 1 a system user: NULL and numbers that don't exist yet are neither. */
export function standingOf(user: Pick<UserRow, 'status' | 'user_type'>): Standing {
  if (!isOne(user.status)) {
    return 'not_active';
  }
  return isOne(user.user_type) ? 'system_user' : 'not_a_system_user';
}

const schedulerRoute = 'POST /query';
// `GET /ready` needs no session.
const healthRoute = 'GET /user/info';

/**
 * Why this caller, whose system user was found, may not have this route, or null where he may. `route` is method and path
 * below the mount, such as `POST /query`.
 */
export function refusalOf(caller: Caller, route: string): string | null {
  switch (caller.kind) {
    case 'user':
    case 'viewer':
      return null;
    case 'scheduler':
      if (!caller.alertsAllowed) {
        return 'Alert rules are not allowed by this data source: an administrator can allow them in its settings';
      }
      return route === schedulerRoute ? null : 'A scheduled rule may only run queries';
    case 'health':
      return route === healthRoute ? null : 'A health check may only ask who is signed in';
    default:
      return caller satisfies never;
  }
}
