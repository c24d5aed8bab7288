import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, loadDatabaseConfig } from '../src/config.ts';

const folders: string[] = [];

afterEach(() => {
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
});

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems;
    }
    throw error;
  }
  return [];
}

describe('loadDatabaseConfig', () => {
  it('is the demo without DATABASE_URL', () => {
    expect(loadDatabaseConfig({})).toEqual({
      demo: true,
      databaseUrl: 'sqlite:data/demo.sqlite',
      stateDatabaseUrl: 'sqlite:data/demo.sqlite',
      METRICS_TIMEZONE: 'UTC',
    });
  });

  it('needs no SESSION_SECRET, and reads none of the other settings', () => {
    const env = { DATABASE_URL: 'mysql://u:p@host/app', METRICS_TIMEZONE: 'Asia/Shanghai', PORT: 'no port' };
    expect(loadDatabaseConfig(env)).toEqual({
      demo: false,
      databaseUrl: 'mysql://u:p@host/app',
      stateDatabaseUrl: 'mysql://u:p@host/app',
      METRICS_TIMEZONE: 'Asia/Shanghai',
    });
  });

  it('reads an address from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ai-metrics-config-'));
    folders.push(folder);
    writeFileSync(join(folder, 'url'), 'mysql://u:p@host/state\n');
    const env = { DATABASE_URL: 'mysql://u:p@host/app', STATE_DATABASE_URL_FILE: join(folder, 'url') };
    expect(loadDatabaseConfig(env).stateDatabaseUrl).toBe('mysql://u:p@host/state');
  });

  it('lists every problem', () => {
    expect(
      problemsOf(() => loadDatabaseConfig({ DATABASE_URL: 'postgres://host/app', METRICS_TIMEZONE: 'Mars/Base' }))
    ).toEqual([
      'DATABASE_URL: must start with mysql://, mariadb:// or sqlite:',
      'METRICS_TIMEZONE: must be an IANA time zone such as UTC or Asia/Shanghai',
    ]);
  });

  it('refuses a zone for the demo, as loadConfig does', () => {
    const env = { METRICS_TIMEZONE: 'Asia/Shanghai' };
    const problems = ['METRICS_TIMEZONE: needs DATABASE_URL: the times of the embedded demo database are in UTC'];
    expect(problemsOf(() => loadDatabaseConfig(env))).toEqual(problems);
    expect(problemsOf(() => loadConfig(env))).toEqual(problems);
  });
});
