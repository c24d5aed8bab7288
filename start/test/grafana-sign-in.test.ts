import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signInEnvironment } from '../src/grafana-sign-in.ts';

const root = join(import.meta.dirname, '..', '..');

describe('signInEnvironment', () => {
  it('is what the README has to paste into grafana.ini', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const ini = /```ini\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const pasted = Object.entries(asEnvironment(ini)).filter(([name]) => name.startsWith('GF_AUTH_'));
    const settings = {
      publicUrl: 'http://localhost:5000',
      proxyUrl: 'http://127.0.0.1:5000',
      clientSecret: 'the-secret',
      idleMinutes: 30,
      absoluteHours: 8,
    };
    expect(Object.fromEntries(pasted)).toEqual(signInEnvironment(settings));
  });
});

/** The variables that Grafana would take instead of an ini file. */
function asEnvironment(ini: string): Record<string, string> {
  const settings: Record<string, string> = {};
  let section = '';
  for (const line of ini.split('\n').map((text) => text.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, key, value = ''] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (key !== undefined) {
      settings[`GF_${section}_${key}`.toUpperCase().replaceAll('.', '_')] = value;
    }
  }
  return settings;
}
