import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { secretSettings, settingsSchema } from '../src/config.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', '.env.example'), 'utf8');
const given = new Map([...text.matchAll(/^# ([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name, value]));
const files = secretSettings.map((name) => `${name}_FILE`);

describe('.env.example', () => {
  it('names every setting, and no other', () => {
    expect([...given.keys()].sort()).toEqual([...Object.keys(settingsSchema.shape), ...files].sort());
  });

  it('gives the defaults', () => {
    const defaults = Object.entries(settingsSchema.parse({})).map(([name, value]) => [name, String(value)]);
    expect([...given].filter(([, value]) => value !== '').sort()).toEqual(defaults.sort());
  });

  it('sets nothing as it stands', () => {
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
