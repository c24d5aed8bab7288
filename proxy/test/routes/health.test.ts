import { CompiledQuery } from 'kysely';
import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { openDatabases } from '../../src/open-databases.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

const serverName = expect.stringMatching(/^(SQLite|MySQL|MariaDB) \d+\.\d+\.\d+$/) as string;
const requestId = expect.any(String) as string;

describeOnEngines('GET /health', (engine) => {
  const rollups =
    engine === 'sqlite'
      ? { state: 'off', reason: 'SQLite, which is for the demo only, has none' }
      : { state: 'waiting', reason: 'The proxy is starting' };

  it('answers without a database', async () => {
    const bench = await openProxyBench(engine);
    await bench.close();
    const response = await bench.app.request('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      data: { status: 'ok', version: '0.1.0', rollups },
      meta: { request_id: requestId },
    });
  });
});

describeOnEngines('GET /ready', (engine) => {
  let bench: ProxyBench;

  beforeEach(async () => {
    bench = await openProxyBench(engine);
  });
  afterEach(() => bench.close());

  interface Checks {
    checks: { name: string; ok: boolean; message: string }[];
  }
  const failedChecks = async () => {
    bench.advance(1000);
    const response = await bench.app.request('/ready');
    expect(response.status).toBe(503);
    const { error } = (await response.json()) as { error: { message: string; details: Checks } };
    const failed = error.details.checks.filter(({ ok }) => !ok);
    expect(error.message).toBe(failed.map(({ name, message }) => `${name}: ${message}`).join('; '));
    return failed.map(({ name, message }) => ({ name, message }));
  };
  const run = (statement: string) =>
    bench.dependencies.metricsDatabase.kysely.executeQuery(CompiledQuery.raw(statement));

  it('says that everything is there, and that viewers are not checked', async () => {
    const response = await bench.app.request('/ready');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      data: {
        status: 'ready',
        version: '0.1.0',
        api_version: 1,
        checks: [
          { name: 'metrics_database', ok: true, message: serverName },
          { name: 'state_database', ok: true, message: serverName },
          { name: 'users_table', ok: true, message: 'All columns are there' },
          { name: 'ai_metrics_table', ok: true, message: 'All columns are there' },
        ],
        notices: ['viewers are not checked'],
      },
      meta: { request_id: requestId },
    });
  });

  it('names the command that makes the tables of this proxy', async () => {
    await run('drop table aitoys_sessions');
    await run('drop table aitoys_migrations');
    expect(await failedChecks()).toEqual([
      {
        name: 'state_database',
        message: "The proxy's own tables are missing or out of date: run npm run migrate",
      },
    ]);
  });

  it('names the columns that users lacks (I118)', async () => {
    await run('alter table users drop column user_type');
    expect(await failedChecks()).toEqual([
      { name: 'users_table', message: 'users has no column user_type that this account may read' },
    ]);
  });

  it('says that there is no table users', async () => {
    await run('drop table users');
    expect(await failedChecks()).toEqual([
      {
        name: 'users_table',
        message: 'There is no table users that this account may read (npm run schema prints its DDL)',
      },
    ]);
  });

  it('says that there is no ai_metrics as expected', async () => {
    await run('alter table ai_metrics drop column cost');
    expect(await failedChecks()).toEqual([
      { name: 'ai_metrics_table', message: 'The table of calls is missing or not as expected' },
    ]);
    expect(bench.logLines()).toContainEqual(
      expect.objectContaining({
        event: 'not_ready',
        check: 'ai_metrics_table',
        cause: 'ai_metrics has no column cost that this account may read',
      })
    );
  });

  // SQLite's columns have no width.
  if (engine !== 'sqlite') {
    it('says that hashes do not fit (I118)', async () => {
      await run('alter table users modify password_hash varchar(32)');
      expect(await failedChecks()).toEqual([
        { name: 'users_table', message: 'users.password_hash is VARCHAR(32): a SHA-256 in hex has 64 characters' },
      ]);
    });
  }

  // SQLite has no accounts.
  if (engine !== 'sqlite') {
    it('names the rights on its own tables that the account lacks, and writes nothing', async () => {
      const url = new URL(bench.dependencies.config.databaseUrl);
      const schema = url.pathname.slice(1);
      const administrator = await createConnection(url.href);
      const account = `${schema}@'%'`;
      await administrator.query(`create user ${account} identified by 'Password-1'`);
      const grant = (rights: string, table: string) =>
        administrator.query(`grant ${rights} on ${schema}.${table} to ${account}`);
      await grant('select', '*');
      url.username = schema;
      url.password = 'Password-1';
      const config = { ...bench.dependencies.config, databaseUrl: url.href, stateDatabaseUrl: url.href };
      const { close, ...databases } = openDatabases(config);
      const app = createApp({ ...bench.dependencies, config, ...databases });
      const state = async () => {
        bench.advance(1000);
        const body = (await (await app.request('/ready')).json()) as { data?: Checks; error?: { details: Checks } };
        const checks = (body.data ?? body.error?.details)?.checks ?? [];
        return checks.filter(({ ok, name }) => !ok || name === 'state_database').map(({ message }) => message);
      };
      try {
        const oidcTables = ['oidc_states', 'oidc_keys'];
        const rollupTables = ['leases', 'rollups', 'rollup_blocks', 'rollup_groups', 'rollup_pages', 'rollup_days'];
        const tables = ['sessions', 'sign_in_attempts', ...oidcTables, ...rollupTables].map((name) => `aitoys_${name}`);
        const lacks = tables.map((table) => `${table}: INSERT, UPDATE, DELETE`).join('; on ');
        expect(await state()).toEqual([`The account lacks rights on ${lacks}`]);
        for (const name of [...oidcTables, ...rollupTables]) {
          await grant('insert, update, delete', `aitoys_${name}`);
        }
        await grant('insert, delete', 'aitoys_sessions');
        await grant('insert, update, delete', 'aitoys_sign_in_attempts');
        expect(await state()).toEqual(['The account lacks rights on aitoys_sessions: UPDATE']);
        await grant('update', 'aitoys_sessions');
        expect(await state()).toEqual([serverName]);
        for (const table of ['aitoys_sessions', 'aitoys_sign_in_attempts']) {
          const [rows] = await administrator.query(`select * from ${schema}.${table}`);
          expect(rows).toEqual([]);
        }
      } finally {
        await close();
        await administrator.query(`drop user ${account}`);
        await administrator.end();
      }
    });
  }

  it('asks the databases at most once a second', async () => {
    expect((await bench.app.request('/ready')).status).toBe(200);
    await run('drop table users');
    bench.advance(999);
    expect((await bench.app.request('/ready')).status).toBe(200);
    bench.advance(1);
    expect((await bench.app.request('/ready')).status).toBe(503);
  });
});
