import { describe, expect, it } from 'vitest';
import { refusalOf, standingOf } from '../../src/auth/authorize.ts';

describe('standingOf', () => {
  it.each([
    [1, 1, 'system_user'],
    ['1', '1', 'system_user'],
    [1, 0, 'not_a_system_user'],
    [1, 2, 'not_a_system_user'],
    [1, -1, 'not_a_system_user'],
    [1, null, 'not_a_system_user'],
    [0, 1, 'not_active'],
    [2, 1, 'not_active'],
    [3, 1, 'not_active'],
    [-1, 1, 'not_active'],
    [null, 1, 'not_active'],
    [0, 0, 'not_active'],
    [true, true, 'not_active'],
  ] as const)('takes status %j and type %j as %s (A6, A8)', (status, user_type, standing) => {
    expect(standingOf({ status, user_type })).toBe(standing);
  });
});

describe('refusalOf', () => {
  const routes = ['POST /query', 'GET /user/info', 'GET /catalog', 'GET /metrics/summary', 'GET /query', ''];

  it('lets users and viewers ask everything', () => {
    for (const route of routes) {
      expect(refusalOf({ kind: 'user' }, route)).toBeNull();
      expect(refusalOf({ kind: 'viewer', grafanaId: undefined }, route)).toBeNull();
    }
  });

  it('lets a scheduled rule run queries, where rules are allowed', () => {
    const refusals = (alertsAllowed: boolean) =>
      routes.map((route) => refusalOf({ kind: 'scheduler', alertsAllowed }, route));
    const only = 'A scheduled rule may only run queries';
    expect(refusals(true)).toEqual([null, only, only, only, only, only]);
    const notAllowed =
      'Alert rules are not allowed by this data source: an administrator can allow them in its settings';
    expect(refusals(false)).toEqual(routes.map(() => notAllowed));
  });

  it('lets a health check ask who is signed in', () => {
    const only = 'A health check may only ask who is signed in';
    expect(routes.map((route) => refusalOf({ kind: 'health' }, route))).toEqual([only, null, only, only, only, only]);
  });
});
