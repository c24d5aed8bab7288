import type { FindAccount } from 'oidc-provider';
import { standingOf } from '../auth/authorize.ts';
import { withDeadline } from '../auth/deadline.ts';
import { findUser, type UserRow } from '../auth/users.ts';
import { grafanaLogin } from '../auth/viewers.ts';
import type { Config } from '../config.ts';
import type { Dependencies } from '../dependencies.ts';
import { describeCause } from '../describe-cause.ts';
import { unavailable } from './state-adapter.ts';

const userIdForm = /^-?\d{1,20}$/;

/** What Grafana is told of a person. It lower-cases logins, needs an e-mail, and knows no two people of one login. */
export function claimsOf(
  user: Pick<UserRow, 'id' | 'login_name' | 'user_name'>,
  config: Pick<Config, 'GRAFANA_ROLE' | 'GRAFANA_ADMIN_LOGINS'>
): Record<'sub' | 'preferred_username' | 'email' | 'name' | 'grafana_role', string> {
  const { id, login_name, user_name } = user;
  return {
    sub: id,
    preferred_username: grafanaLogin(id),
    email: `${id}@users.aitoys.invalid`,
    name: user_name === null || user_name === '' ? login_name : user_name,
    grafana_role: config.GRAFANA_ADMIN_LOGINS?.includes(login_name) === true ? 'Admin' : config.GRAFANA_ROLE,
  };
}

/** Finds an account for oidc-provider: that of an active system user, as he is now, or none. */
export function createFindAccount({ config, log, signInDatabase }: Dependencies): FindAccount {
  return async (_context, sub) => {
    if (!userIdForm.test(sub)) {
      return undefined;
    }
    const user = await withDeadline(config.SIGN_IN_TIMEOUT_SECONDS * 1000, (signal) =>
      findUser(signInDatabase, sub, signal)
    ).catch((error: unknown) => {
      log.error({ event: 'oidc_account_failed', cause: describeCause(error) });
      throw unavailable();
    });
    return user === null || standingOf(user) !== 'system_user'
      ? undefined
      : { accountId: user.id, claims: () => claimsOf(user, config) };
  };
}
