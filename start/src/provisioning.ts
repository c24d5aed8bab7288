import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, valueOf } from './environment.ts';
import { WrongSetting } from './no-grafana.ts';

const prefix = 'AIMETRICS_ALERT_';

/** A line with a default: its number, and behind it the name of the setting that replaces it. */
const defaultLine = /^(.*(?:expression: '|minRequests: ))([\d.]+)(.* # (AIMETRICS_ALERT_[A-Z\d_]+))$/gm;
/** The proxy takes only whole numbers there. */
const wholeField = 'minRequests: ';

/**
 * Copies `provisioning/` to where Grafana reads it, with the thresholds of alert rules that are set in `env` (docs/alerts.md).
 * Grafana itself replaces no variables in what a rule asks. compose/grafana/start does the same.
 */
export function copyProvisioning(from: string, to: string, env: Environment): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  const folder = join(to, 'alerting');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const known = new Set<string>();
  for (const file of files.map((name) => join(folder, name))) {
    const text = readFileSync(file, 'utf8').replace(
      defaultLine,
      (_line, before: string, number: string, after: string, setting: string) => {
        known.add(setting);
        return `${before}${thresholdOf(env, setting, before.endsWith(wholeField)) ?? number}${after}`;
      }
    );
    writeFileSync(file, text);
  }
  const unknown = Object.keys(env).find(
    (name) => name.startsWith(prefix) && valueOf(env, name) !== undefined && !known.has(name)
  );
  if (unknown !== undefined) {
    throw new WrongSetting(
      `${unknown}: no alert rule has such a setting, only ${[...known].sort((a, b) => a.localeCompare(b)).join(' ')}`
    );
  }
}

function thresholdOf(env: Environment, setting: string, whole: boolean): string | undefined {
  const value = valueOf(env, setting);
  if (value !== undefined && !(whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(value)) {
    throw new WrongSetting(
      `${setting}: must be a ${whole ? 'whole number such as 20' : 'number such as 50 or 0.5'}, not ${value}`
    );
  }
  return value;
}
