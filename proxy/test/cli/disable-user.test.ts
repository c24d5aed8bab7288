import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type FreshDatabase, freshDatabase } from '../servers/fresh-database.ts';
import { getAs, openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import { runScript } from '../support/run-script.ts';

/** A proxy whose own tables are in another database than `users`. */
describeOnEngines('npm run users -- disable', (engine) => {
  let state: FreshDatabase;
  let bench: ProxyBench;

  beforeEach(async () => {
    state = await freshDatabase(engine);
    bench = await openProxyBench(engine, { STATE_DATABASE_URL: state.url });
    await bench.addUser({ login_name: 'ann' });
    await bench.addUser({ login_name: 'bob' });
  });
  afterEach(async () => {
    await bench.close();
    await state.drop();
  });

  const users = (command: 'disable' | 'enable') =>
    runScript('users', [command, '--login', 'ann'], {
      DATABASE_URL: bench.dependencies.config.databaseUrl,
      STATE_DATABASE_URL: state.url,
    });
  const status = async (token: string) => (await getAs(bench.app, token, '/api/v1/user/info')).status;

  it('ends his sessions for good, also those that nobody uses until he is enabled again', async () => {
    const tokens = [await bench.signIn('ann'), await bench.signIn('ann'), await bench.signIn('bob')] as const;
    await bench.signIn('ann', 'grafana');
    expect(await users('disable')).toEqual({
      code: 0,
      stdout:
        'Disabled the user "ann" with id 1: status 0, was normal\nHis sessions end within a second; there were 3\n',
      stderr: '',
    });
    expect((await users('enable')).code).toBe(0);
    bench.advance(1000);
    expect(await Promise.all(tokens.map(status))).toEqual([401, 401, 200]);
  });

  it('disables him where his sessions can not be deleted, and warns', async () => {
    await bench.dependencies.stateDatabase.kysely.schema.dropTable('aitoys_sessions').execute();
    const { code, stdout, stderr } = await users('disable');
    expect([code, stdout]).toEqual([0, 'Disabled the user "ann" with id 1: status 0, was normal\n']);
    expect(stderr).toMatch(
      /^Warning: his sessions are refused within a second, but those that nobody uses meanwhile come back with enable, until they expire, as they could not be deleted\. .*aitoys_sessions.*\n$/
    );
  });
});
