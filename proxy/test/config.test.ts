import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'ai-metrics-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = 'a secret for tests that is long enough';
const database = { DATABASE_URL: 'mysql://u:p@host/app', SESSION_SECRET: secret };

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems;
    }
    throw error;
  }
}

describe('loadConfig', () => {
  it('is the demo with all defaults where nothing is set', () => {
    expect(loadConfig({ SESSION_SECRET: '', PORT: '' })).toMatchObject({
      demo: true,
      databaseUrl: 'sqlite:data/demo.sqlite',
      stateDatabaseUrl: 'sqlite:data/demo.sqlite',
      sessionSecrets: [],
      PORT: 5000,
    });
  });

  it('reads addresses, numbers and a list of secrets', () => {
    const env = { ...database, SESSION_SECRET: ` ${secret} ,${secret} too,`, PORT: '0', MAX_SERIES: '1000' };
    expect(loadConfig(env)).toMatchObject({
      demo: false,
      databaseUrl: 'mysql://u:p@host/app',
      stateDatabaseUrl: 'mysql://u:p@host/app',
      sessionSecrets: [secret, `${secret} too`],
      PORT: 0,
      MAX_SERIES: 1000,
    });
  });

  it.each([
    ['https://host/grafana/', 'https://host/grafana/'],
    ['https://host/grafana', 'https://host/grafana/'],
    ['http://localhost:3000', 'http://localhost:3000/'],
    ['HTTP://Grafana.Example:80/', 'http://grafana.example/'],
    ['http://[::1]:3000/a/b', 'http://[::1]:3000/a/b/'],
  ])('reads GRAFANA_ROOT_URL=%s as %s', (given, expected) => {
    expect(loadConfig({ GRAFANA_ROOT_URL: given }).GRAFANA_ROOT_URL).toBe(expected);
  });

  it('checks viewers with any other database than the demo', () => {
    expect(loadConfig({}).VIEWER_CHECK).toBe('off');
    expect(loadConfig({ VIEWER_CHECK: 'required' }).VIEWER_CHECK).toBe('required');
    expect(loadConfig(database).VIEWER_CHECK).toBe('required');
    expect(problemsOf({ ...database, VIEWER_CHECK: 'off' })).toEqual([
      'VIEWER_CHECK: can be off for the embedded demo database only: everybody in Grafana would see everything',
    ]);
  });

  it('reads what sign-in to Grafana needs', () => {
    const env = {
      PUBLIC_URL: 'HTTPS://Metrics.Example:443/',
      GRAFANA_ROOT_URL: 'https://metrics.example/grafana',
      GRAFANA_URL: 'http://grafana:3000/grafana',
      GRAFANA_ORG_IDS: '1, 20',
      GRAFANA_ADMIN_LOGINS: 'ann, Bob',
      OIDC_CLIENT_SECRET: 'x'.repeat(32),
    };
    expect(loadConfig(env)).toMatchObject({
      PUBLIC_URL: 'https://metrics.example',
      GRAFANA_ROOT_URL: 'https://metrics.example/grafana/',
      GRAFANA_URL: 'http://grafana:3000/grafana/',
      GRAFANA_ORG_IDS: ['1', '20'],
      GRAFANA_ROLE: 'Editor',
      GRAFANA_ADMIN_LOGINS: ['ann', 'Bob'],
      OIDC_CLIENT_SECRET: 'x'.repeat(32),
    });
    expect(problemsOf({ OIDC_CLIENT_SECRET: 'x'.repeat(32), PUBLIC_URL: 'https://host' })).toEqual([
      'OIDC_CLIENT_SECRET: sign-in to Grafana needs PUBLIC_URL and GRAFANA_ROOT_URL as well',
    ]);
  });

  it.each([
    ['PUBLIC_URL', 'https://host/admin'],
    ['PUBLIC_URL', 'https://user@host'],
    ['PUBLIC_URL', 'host:8443'],
    ['GRAFANA_URL', 'grafana:3000'],
    ['GRAFANA_ORG_IDS', '1,x'],
    ['GRAFANA_ORG_IDS', '0'],
    ['GRAFANA_ORG_IDS', ','],
    ['GRAFANA_ROLE', 'editor'],
    ['GRAFANA_ADMIN_LOGINS', 'ann,,bob'],
    ['OIDC_CLIENT_SECRET', 'x'.repeat(31)],
    ['OIDC_CLIENT_SECRET', `${'x'.repeat(32)}%`],
    ['VIEWER_CHECK', 'on'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(problemsOf({ [name]: value }).map((problem) => problem.split(': ')[0])).toContain(name);
  });

  it.each([
    'grafana.example',
    '/grafana/',
    '//host/grafana/',
    'ftp://host/',
    'javascript:alert(1)',
    'https:host',
    'https://',
    'https://user@host/',
    'https://user:password@host/',
    'https://host/?orgId=1',
    'https://host/?',
    'https://host/#top',
    'https://host/a b',
    'https://host\\grafana',
    'https://host/\r\nSet-Cookie:a=b',
    '%(protocol)s://%(domain)s/',
  ])('refuses GRAFANA_ROOT_URL=%j', (given) => {
    expect(problemsOf({ GRAFANA_ROOT_URL: given })).toEqual([
      'GRAFANA_ROOT_URL: must be an http:// or https:// address without user, password, query and fragment, such as https://host/grafana/',
    ]);
  });

  it('lists what is wrong with single settings and between others, at once', () => {
    expect(
      problemsOf({
        DATABASE_URL: 'mysql://app:pa%ss@host/app',
        STATE_DATABASE_URL: 'postgres://host/app',
        PORT: '65536',
        MAX_SERIES: 'many',
        QUERY_TIMEOUT_SECONDS: '20',
        MAX_CONCURRENT_QUERIES: '9',
        DATABASE_POOL_SIZE: '8',
      })
    ).toEqual([
      'PORT: must be a whole number from 0 to 65535',
      'DATABASE_URL: has a % that encodes nothing: it must be mysql://user:password@host:3306/name, with @ : / # ? % in the user, password and name written as %40 %3A %2F %23 %3F %25',
      'STATE_DATABASE_URL: must start with mysql://, mariadb:// or sqlite:',
      'MAX_SERIES: must be a whole number from 1 to 1000',
      'SESSION_SECRET: is required with DATABASE_URL: at least 32 random characters',
      'DATABASE_TIMEOUT_SECONDS: must be less than QUERY_TIMEOUT_SECONDS, so that the database gives up first',
      'MAX_CONCURRENT_QUERIES: must not be more than DATABASE_POOL_SIZE, as each question needs a connection',
    ]);
  });

  it('takes the networks of trusted proxies, and nothing else for one', () => {
    expect(loadConfig({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).TRUSTED_PROXIES).toBe('10.0.0.0/8, ::1');
    expect(loadConfig({ TRUSTED_PROXIES: '' }).TRUSTED_PROXIES).toBeUndefined();
    expect(problemsOf({ TRUSTED_PROXIES: 'nginx', PORT: 'x' })).toEqual([
      'PORT: must be a whole number from 0 to 65535',
      'TRUSTED_PROXIES: must be a comma list of addresses and networks such as 10.0.0.0/8, ::1; "nginx" is neither',
    ]);
  });

  it('takes a METRICS_PORT that is not PORT', () => {
    expect(loadConfig({}).METRICS_PORT).toBeUndefined();
    expect(loadConfig({ METRICS_PORT: '65535' }).METRICS_PORT).toBe(65_535);
    for (const METRICS_PORT of ['0', '65536', 'x']) {
      expect(problemsOf({ METRICS_PORT })).toEqual(['METRICS_PORT: must be a whole number from 1 to 65535']);
    }
    const same = ['METRICS_PORT: must not be PORT, as the metrics need no sign-in'];
    expect(problemsOf({ METRICS_PORT: '5000' })).toEqual(same);
    expect(problemsOf({ METRICS_PORT: '9464', PORT: '9464' })).toEqual(same);
  });

  it('asks no rule about a setting that is wrong by itself', () => {
    expect(problemsOf({ ...database, DATABASE_TIMEOUT_SECONDS: '0', QUERY_TIMEOUT_SECONDS: '1' })).toEqual([
      'DATABASE_TIMEOUT_SECONDS: must be a whole number from 1 to 600',
    ]);
    expect(problemsOf({ ...database, DATABASE_URL: 'app', METRICS_TIMEZONE: 'Asia/Shanghai' })).toEqual([
      'DATABASE_URL: must start with mysql://, mariadb:// or sqlite:',
    ]);
    expect(problemsOf({ METRICS_TIMEZONE: 'Asia/Shanghai', PORT: 'x' })).toEqual([
      'PORT: must be a whole number from 0 to 65535',
      'METRICS_TIMEZONE: needs DATABASE_URL: the times of the embedded demo database are in UTC',
    ]);
  });

  it.each(['1.5', '-1', '1e3', '0x10', ' 5', '5 ', '99999999999'])('takes no number written %j', (PORT) => {
    expect(problemsOf({ PORT })).toEqual(['PORT: must be a whole number from 0 to 65535']);
  });

  it('lets as many questions run as there are connections', () => {
    expect(problemsOf({ ...database, MAX_CONCURRENT_QUERIES: '10' })).toEqual([]);
    expect(problemsOf({ ...database, DATABASE_POOL_SIZE: '8' })).toEqual([]);
    expect(problemsOf({ ...database, DATABASE_POOL_SIZE: '7' })).toHaveLength(1);
  });

  it.each(['short', `${secret},short`, ','])('refuses the secrets %j', (SESSION_SECRET) => {
    expect(problemsOf({ ...database, SESSION_SECRET })).toEqual([
      'SESSION_SECRET: each secret needs at least 32 characters',
    ]);
  });

  it('reads secrets from files, and says once what is wrong with them', () => {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const files = {
      DATABASE_URL_FILE: file('url', 'mariadb://u:p@host/app\n'),
      SESSION_SECRET_FILE: file('secret', `${secret}\n`),
    };
    expect(loadConfig(files)).toMatchObject({
      demo: false,
      databaseUrl: 'mariadb://u:p@host/app',
      sessionSecrets: [secret],
    });
    expect(problemsOf({ ...files, SESSION_SECRET: secret })).toEqual([
      'SESSION_SECRET: give either SESSION_SECRET or SESSION_SECRET_FILE, not both',
    ]);
    const missing = join(folder, 'missing');
    expect(
      problemsOf({ DATABASE_URL_FILE: missing, SESSION_SECRET_FILE: missing, METRICS_TIMEZONE: 'Asia/Shanghai' })
    ).toEqual([
      "DATABASE_URL: the file of DATABASE_URL_FILE can't be read",
      "SESSION_SECRET: the file of SESSION_SECRET_FILE can't be read",
    ]);
    expect(problemsOf({ ...files, DATABASE_URL_FILE: file('empty', '\n') })).toEqual([
      'DATABASE_URL: must start with mysql://, mariadb:// or sqlite:',
    ]);
  });
});
