import { describe, expect, it } from 'vitest';
import { identifyCaller } from '../../src/auth/caller.ts';

const callers = [undefined, '', 'viewer', 'scheduler', 'health', 'Viewer', 'user', 'viewer, scheduler'];
const allowances = [undefined, '', 'true', 'false', 'True', 'true, false'];
const grafanaIds = [undefined, '', 'eyJ'];
const routes = ['POST /query', 'GET /user/info', 'GET /catalog', 'GET /metrics/summary', 'GET /query', ''];

const isOneOf = (value: string | undefined, ...allowed: string[]) => value !== undefined && allowed.includes(value);

/** Design, section 7, said once more as a list of rules: the first that applies decides. */
function expected(
  kind: 'user' | 'datasource',
  route: string,
  caller: string | undefined,
  allowAlerts: string | undefined,
  grafanaId: string | undefined
): string {
  if (kind === 'user') {
    return caller === undefined && allowAlerts === undefined && grafanaId === undefined ? 'user' : 'contradiction';
  }
  if (!isOneOf(caller, 'viewer', 'scheduler', 'health') || !isOneOf(allowAlerts, 'true', 'false')) {
    return 'contradiction';
  }
  if (caller === 'scheduler' && grafanaId !== undefined) {
    return 'contradiction';
  }
  if (caller === 'scheduler') {
    return allowAlerts === 'true' && route === 'POST /query' ? 'scheduler' : 'forbidden';
  }
  if (caller === 'health') {
    return route === 'GET /user/info' ? 'health' : 'forbidden';
  }
  return 'viewer';
}

describe('identifyCaller', () => {
  it('follows the rules for every combination of kind, route and headers (D66)', () => {
    let combinations = 0;
    for (const kind of ['user', 'datasource'] as const) {
      for (const route of routes) {
        for (const caller of callers) {
          for (const allowAlerts of allowances) {
            for (const grafanaId of grafanaIds) {
              const verdict = identifyCaller({ kind, route, headers: { caller, allowAlerts, grafanaId } });
              const outcome = 'refusal' in verdict ? verdict.refusal : verdict.caller;
              const question = JSON.stringify({ kind, route, caller, allowAlerts, grafanaId });
              expect(outcome, question).toBe(expected(kind, route, caller, allowAlerts, grafanaId));
              combinations += 1;
            }
          }
        }
      }
    }
    expect(combinations).toBe(2 * 6 * 8 * 6 * 3);
  });

  // The rows that matter most, by hand.
  const datasource = (route: string, caller?: string, allowAlerts?: string, grafanaId?: string) =>
    identifyCaller({ kind: 'datasource', route, headers: { caller, allowAlerts, grafanaId } });

  it('lets a viewer ask everything', () => {
    expect(datasource('POST /query', 'viewer', 'false')).toEqual({ caller: 'viewer' });
    expect(datasource('GET /catalog', 'viewer', 'true', 'eyJ')).toEqual({ caller: 'viewer' });
  });

  it('lets a scheduled rule run queries, where rules are allowed', () => {
    expect(datasource('POST /query', 'scheduler', 'true')).toEqual({ caller: 'scheduler' });
    expect(datasource('POST /query', 'scheduler', 'false')).toEqual({
      refusal: 'forbidden',
      message: 'Alert rules are switched off in the settings of this data source',
    });
    expect(datasource('GET /catalog', 'scheduler', 'true')).toMatchObject({ refusal: 'forbidden' });
    expect(datasource('POST /query', 'scheduler', 'true', 'eyJ')).toMatchObject({ refusal: 'contradiction' });
  });

  it('lets a health check ask who is signed in', () => {
    expect(datasource('GET /user/info', 'health', 'true', 'eyJ')).toEqual({ caller: 'health' });
    expect(datasource('POST /query', 'health', 'true')).toMatchObject({ refusal: 'forbidden' });
  });

  it('refuses a session of a person or program that sends any of the headers', () => {
    const headers = { caller: undefined, allowAlerts: undefined, grafanaId: undefined };
    expect(identifyCaller({ kind: 'user', route: 'POST /query', headers })).toEqual({ caller: 'user' });
    for (const sent of [{ caller: 'viewer' }, { allowAlerts: 'true' }, { grafanaId: 'eyJ' }]) {
      expect(identifyCaller({ kind: 'user', route: 'POST /query', headers: { ...headers, ...sent } })).toMatchObject({
        refusal: 'contradiction',
      });
    }
  });
});
