import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyProvisioning } from '../src/provisioning.ts';
import { put, temporaryFolder } from './support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = temporaryFolder();
const from = join(folder, 'provisioning');
const to = join(folder, 'copy');

const rules = `
  - model: { refId: limit, type: math, expression: '50' } # AIMETRICS_ALERT_COST
  - model: { refId: over, type: math, expression: $cost > $limit }
  - model:
      minRequests: 20 # AIMETRICS_ALERT_MIN_CALLS
      note: 50 # AIMETRICS_ALERT_COST_50 is another
`;
const more = `
  - model: { refId: limit, type: math, expression: '50' } # AIMETRICS_ALERT_COST
  - model: { refId: limit, type: math, expression: '0.5' } # AIMETRICS_ALERT_COST_CRITICAL
`;
put(join(from, 'datasources', 'one.yaml'), 'proxyUrl: ${AIMETRICS_PROXY_URL}\n');
put(join(from, 'alerting', 'cost.yaml'), rules);
put(join(from, 'alerting', 'more.yaml'), more);

/** The one of `npm start` and the one of the image: both do the same. */
const copies = [
  { name: 'copyProvisioning', copy: copyProvisioning },
  {
    name: 'compose/grafana/start',
    copy: (source: string, target: string, env: Record<string, string>) => {
      const settings = { PATH: process.env['PATH'], PROVISIONED: source, PROVISIONING_COPY: target, RUN: 'true' };
      execFileSync('sh', [join(root, 'compose', 'grafana', 'start')], { env: { ...settings, ...env }, stdio: 'pipe' });
    },
  },
];

describe.each(copies)('$name', ({ copy }) => {
  it('copies everything as it is where nothing is set, and what was there before is gone', () => {
    put(join(to, 'alerting', 'old.yaml'), 'old');
    copy(from, to, { AIMETRICS_ALERT_COST: '' });
    expect(filesIn(to)).toEqual(filesIn(from));
  });

  it('puts a threshold wherever its setting stands behind a number, and nowhere else', () => {
    copy(from, to, { AIMETRICS_ALERT_COST: '7.25', AIMETRICS_ALERT_MIN_CALLS: '3', AIMETRICS_LOGIN: 'grafana' });
    expect(filesIn(to)).toEqual({
      'datasources/one.yaml': 'proxyUrl: ${AIMETRICS_PROXY_URL}\n',
      'alerting/cost.yaml': rules.replace("'50'", "'7.25'").replace('minRequests: 20', 'minRequests: 3'),
      'alerting/more.yaml': more.replace("'50'", "'7.25'"),
    });
  });

  it.each(['$cost', '1e3', '-1', '5 ', '.5', '5.', '1.2.3', '.', '5\n6', '\n5', '5\n'])(
    'refuses %j, which is no number as it must be',
    (value) => {
      const set = () => copy(from, to, { AIMETRICS_ALERT_COST: value });
      expect(set).toThrow(`AIMETRICS_ALERT_COST: must be a number such as 50 or 0.5, not ${value}`);
    }
  );

  it.each(['0.5', '20.0', '-1', '20\n5'])('refuses %j where the proxy wants a whole number', (value) => {
    const set = () => copy(from, to, { AIMETRICS_ALERT_MIN_CALLS: value });
    expect(set).toThrow(`AIMETRICS_ALERT_MIN_CALLS: must be a whole number such as 20, not ${value}`);
  });

  it('refuses a setting that no rule has, and names those that there are', () => {
    const set = () => copy(from, to, { AIMETRICS_ALERT_COSTS: '5' });
    expect(set).toThrow(
      'AIMETRICS_ALERT_COSTS: no alert rule has such a setting, only ' +
        'AIMETRICS_ALERT_COST AIMETRICS_ALERT_COST_CRITICAL AIMETRICS_ALERT_MIN_CALLS'
    );
  });

  it('knows every setting of the rules that are there', () => {
    const source = join(root, 'provisioning');
    const named = /AIMETRICS_ALERT_\w+$/gm;
    const names = Object.values(filesIn(source)).flatMap((text) => text.match(named) ?? []);
    copy(source, to, Object.fromEntries(names.map((name) => [name, '12345'])));
    const changed = Object.values(filesIn(to)).flatMap(
      (text) => text.match(/\b12345\b.* # AIMETRICS_ALERT_\w+$/gm) ?? []
    );
    expect(changed.length).toBeGreaterThan(0);
    expect(changed).toHaveLength(names.length);
  });
});

function filesIn(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(path, name)).isFile())
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(path, name), 'utf8')])
  );
}
