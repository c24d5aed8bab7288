import { CompiledQuery } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

describeOnEngines('attempts that can not be forgotten or cleared', (engine) => {
  let bench: ProxyBench;
  beforeEach(async () => {
    bench = await openProxyBench(engine);
    await bench.addUser({ login_name: 'admin' });
  });
  afterEach(() => bench.close());

  it('refuse no sign-in', async () => {
    const refusal = engine === 'sqlite' ? `begin select raise(abort, 'refused'); end` : `signal sqlstate '45000'`;
    await bench.dependencies.stateDatabase.kysely.executeQuery(
      CompiledQuery.raw(`create trigger refused before delete on aitoys_sign_in_attempts for each row ${refusal}`)
    );
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
});
