import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../src/oidc/account.ts';

const ann = { id: '7', login_name: 'Ann', user_name: 'Ann Ott' };

describe('claimsOf', () => {
  it('names a person by the id, which Grafana neither changes nor has twice', () => {
    expect(claimsOf(ann, { GRAFANA_ROLE: 'Viewer' })).toEqual({
      sub: '7',
      preferred_username: 'aitoys-7',
      email: '7@users.aitoys.invalid',
      name: 'Ann Ott',
      grafana_role: 'Viewer',
    });
  });

  it.each([[null], ['']])('takes the login name for a name of %j', (user_name) => {
    expect(claimsOf({ ...ann, user_name }, { GRAFANA_ROLE: 'Editor' }).name).toBe('Ann');
  });

  it('makes exactly those Admin who are named', () => {
    const roleOf = (login_name: string) =>
      claimsOf({ ...ann, login_name }, { GRAFANA_ROLE: 'Viewer', GRAFANA_ADMIN_LOGINS: ['Ann', 'bob'] }).grafana_role;
    expect(['Ann', 'ann', 'bob', 'Bob', ''].map(roleOf)).toEqual(['Admin', 'Viewer', 'Admin', 'Viewer', 'Viewer']);
  });
});
