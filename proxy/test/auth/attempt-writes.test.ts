import { CompiledQuery } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openProxyBench, postLogin, type ProxyBench, testPassword } from '../support/proxy-bench.ts';

describeOnEngines('attempts that can not be forgotten, cleared or given back', (engine) => {
  let bench: ProxyBench;
  beforeEach(async () => {
    bench = await openProxyBench(engine);
    await bench.addUser({ login_name: 'admin' });
  });
  afterEach(() => bench.close());

  const refuse = async (write: 'delete' | 'update') => {
    const refusal = engine === 'sqlite' ? `begin select raise(abort, 'refused'); end` : `signal sqlstate '45000'`;
    await bench.dependencies.stateDatabase.kysely.executeQuery(
      CompiledQuery.raw(`create trigger refused before ${write} on aitoys_sign_in_attempts for each row ${refusal}`)
    );
  };

  it('refuse no sign-in', async () => {
    await refuse('delete');
    await bench.signIn('admin');
    await bench.dependencies.stateDatabase.kysely
      .updateTable('aitoys_sign_in_attempts')
      .set({ expires_at: 0 })
      .execute();
    expect(await bench.signIn('admin')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const events = bench.logLines().map(({ event }) => event);
    expect(events).toContain('sign_in_attempts_not_forgotten');
    expect(events).toContain('sign_in_attempts_not_cleared');
  });

  it('leave the answer as it is', async () => {
    await refuse('update');
    const { metricsDatabase } = bench.dependencies;
    await metricsDatabase.kysely.schema.alterTable('users').renameTo('users_elsewhere').execute();
    const response = await postLogin(bench.app, { login_name: 'admin', password: testPassword });
    expect(response.status).toBe(engine === 'sqlite' ? 500 : 503);
    expect(bench.logLines().map(({ event }) => event)).toEqual([
      'sign_in_attempt_not_given_back',
      'request_failed',
      'request',
    ]);
  });
});
