import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../src/config.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

let folder: string;

const makeEnv = (name: string) => promisify(execFile)('sh', [join(root, 'compose', 'make-env'), join(folder, name)]);

async function madeSettings(name: string): Promise<Map<string, string>> {
  await makeEnv(name);
  const lines = readFileSync(join(folder, name), 'utf8').matchAll(/^([A-Z0-9_]+)=(.*)$/gm);
  return new Map([...lines].map(([, setting = '', value = '']) => [setting, value]));
}

describe('compose/make-env', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ai-metrics-env-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('writes every setting of docker-compose.yml, and no other', async () => {
    const asked = [...compose.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name);
    expect([...(await madeSettings('env')).keys()].sort()).toEqual([...new Set(asked)].sort());
  });

  it('gives the defaults of docker-compose.yml', async () => {
    const defaults = [...compose.matchAll(/\$\{([A-Z0-9_]+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]);
    const settings = await madeSettings('env');
    expect(defaults.filter(([name = '', value]) => settings.get(name) !== value)).toEqual([]);
  });

  it('names nothing that the npm scripts, which read .env too, would take for their own', async () => {
    const own = Object.keys(settingsSchema.shape).flatMap((name) => [name, `${name}_FILE`]);
    const names = [...(await madeSettings('env')).keys()];
    expect(names.filter((name) => own.includes(name) || !name.startsWith('STACK_'))).toEqual([]);
  });

  it('makes other secrets each time, each of them long and needing no quotes', async () => {
    const isSecret = ([name]: [string, string]) => /PASSWORD|SECRET/.test(name);
    const first = [...(await madeSettings('first'))].filter(isSecret).map(([, value]) => value);
    const second = [...(await madeSettings('second'))].filter(isSecret).map(([, value]) => value);
    expect(first).toHaveLength(10);
    expect(new Set([...first, ...second]).size).toBe(20);
    expect([...first, ...second].filter((secret) => !/^[0-9a-f]{48}$/.test(secret))).toEqual([]);
  });

  it('writes a file that only its owner may read, and says what comes next without a secret', async () => {
    const { stdout } = await makeEnv('env');
    expect(statSync(join(folder, 'env')).mode & 0o777).toBe(0o600);
    expect(stdout).toContain(`docker compose --env-file ${join(folder, 'env')} up -d --build`);
    expect(stdout).not.toMatch(/[0-9a-f]{48}/);
  });

  it('makes a secret for sign-in to Grafana that the proxy takes', async () => {
    const { STACK_OIDC_CLIENT_SECRET } = Object.fromEntries(await madeSettings('env'));
    expect(settingsSchema.shape.OIDC_CLIENT_SECRET.safeParse(STACK_OIDC_CLIENT_SECRET).success).toBe(true);
  });

  it('leaves a file alone that is there', async () => {
    await makeEnv('env');
    const before = readFileSync(join(folder, 'env'), 'utf8');
    await expect(makeEnv('env')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was changed') as string,
    });
    expect(readFileSync(join(folder, 'env'), 'utf8')).toBe(before);
  });
});
