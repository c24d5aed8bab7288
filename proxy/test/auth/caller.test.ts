import { describe, expect, it } from 'vitest';
import { type Caller, readCaller } from '../../src/auth/caller.ts';

const callers = [undefined, '', 'viewer', 'scheduler', 'health', 'Viewer', 'user', 'viewer, scheduler'];
const allowances = [undefined, '', 'true', 'false', 'True', 'true, false'];
const grafanaIds = [undefined, '', 'eyJ'];

const isOneOf = (value: string | undefined, ...allowed: string[]) => value !== undefined && allowed.includes(value);

/** Design, section 7, said once more as a list of rules: the first that applies decides. */
function expected(
  kind: 'user' | 'datasource',
  caller: string | undefined,
  allowAlerts: string | undefined,
  grafanaId: string | undefined
): Caller['kind'] | 'contradiction' {
  if (kind === 'user') {
    return caller === undefined && allowAlerts === undefined && grafanaId === undefined ? 'user' : 'contradiction';
  }
  if (!isOneOf(caller, 'viewer', 'scheduler', 'health') || !isOneOf(allowAlerts, 'true', 'false')) {
    return 'contradiction';
  }
  if (caller === 'scheduler' && grafanaId !== undefined) {
    return 'contradiction';
  }
  return caller as Caller['kind'];
}

describe('readCaller', () => {
  it('follows the rules for every combination of kind and headers (D66)', () => {
    let combinations = 0;
    for (const kind of ['user', 'datasource'] as const) {
      for (const caller of callers) {
        for (const allowAlerts of allowances) {
          for (const grafanaId of grafanaIds) {
            const read = readCaller(kind, { caller, allowAlerts, grafanaId });
            const question = JSON.stringify({ kind, caller, allowAlerts, grafanaId });
            const outcome = 'contradiction' in read ? 'contradiction' : read.kind;
            expect(outcome, question).toBe(expected(kind, caller, allowAlerts, grafanaId));
            combinations += 1;
          }
        }
      }
    }
    expect(combinations).toBe(2 * 8 * 6 * 3);
  });

  // The rows that matter most, by hand.
  const datasource = (caller?: string, allowAlerts?: string, grafanaId?: string) =>
    readCaller('datasource', { caller, allowAlerts, grafanaId });

  it('keeps what a right depends on', () => {
    expect(datasource('viewer', 'false')).toEqual({ kind: 'viewer', grafanaId: undefined });
    expect(datasource('viewer', 'true', 'eyJ')).toEqual({ kind: 'viewer', grafanaId: 'eyJ' });
    expect(datasource('scheduler', 'true')).toEqual({ kind: 'scheduler', alertsAllowed: true });
    expect(datasource('scheduler', 'false')).toEqual({ kind: 'scheduler', alertsAllowed: false });
    expect(datasource('health', 'true', 'eyJ')).toEqual({ kind: 'health' });
  });

  it('takes no scheduled rule that somebody signed in stands behind (D69)', () => {
    expect(datasource('scheduler', 'true', 'eyJ')).toEqual({
      contradiction: 'A scheduled rule has no Grafana identity',
    });
  });
});
