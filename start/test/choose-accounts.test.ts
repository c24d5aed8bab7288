import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseAdmin, chooseDataSourceLogin } from '../src/choose-accounts.ts';
import { NoGrafana } from '../src/no-grafana.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();

describe('chooseDataSourceLogin', () => {
  it("is the demo's with the demo, whatever is set for a real database", () => {
    const env = { AIMETRICS_LOGIN: 'grafana', AIMETRICS_PASSWORD: 'hush' };
    expect(chooseDataSourceLogin(env, true)).toEqual({ login: 'admin', password: 'aitoys-demo' });
    expect(chooseDataSourceLogin(env, false)).toEqual({ login: 'grafana', password: 'hush' });
  });

  it.each([
    [{}, 'set AIMETRICS_LOGIN and AIMETRICS_PASSWORD ('],
    [{ AIMETRICS_LOGIN: 'grafana', AIMETRICS_PASSWORD: '' }, 'set AIMETRICS_PASSWORD ('],
    [{ AIMETRICS_PASSWORD: 'hush' }, 'set AIMETRICS_LOGIN ('],
  ])('says what is missing of %o with a real database', (env, text) => {
    const choose = () => chooseDataSourceLogin(env, false);
    expect(choose).toThrow(NoGrafana);
    expect(choose).toThrow(text);
  });
});

describe('chooseAdmin', () => {
  it('has a known password with the demo only', () => {
    expect(chooseAdmin({}, true, folder)).toEqual({ password: 'aitoys-demo', hint: 'aitoys-demo' });
  });

  it('takes GF_SECURITY_ADMIN_PASSWORD, and never repeats it', () => {
    const account = { password: 'hush', hint: 'GF_SECURITY_ADMIN_PASSWORD as it was at the first start' };
    const env = { GF_SECURITY_ADMIN_PASSWORD: 'hush' };
    expect([chooseAdmin(env, true, folder), chooseAdmin(env, false, folder)]).toEqual([account, account]);
    expect(existsSync(join(folder, 'admin-password'))).toBe(false);
  });

  it('makes one for a real database, in a file of its owner, and keeps it', () => {
    const account = chooseAdmin({}, false, folder);
    const path = join(folder, 'admin-password');
    expect(account).toEqual({ password: readFileSync(path, 'utf8').trim(), hint: `in ${path}` });
    expect(account.password).toMatch(/^[\w-]{32}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(chooseAdmin({}, false, folder)).toEqual(account);
  });
});
