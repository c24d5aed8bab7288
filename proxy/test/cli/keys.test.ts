import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyPurpose, readSigningKeys } from '../../src/oidc/signing-keys.ts';
import { createSealer } from '../../src/sealer.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openProxyBench, type ProxyBench, testSecret } from '../support/proxy-bench.ts';
import { runScript } from '../support/run-script.ts';

const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

let bench: ProxyBench;

const keys = (args: string[], settings: Record<string, string> = {}) =>
  runScript('keys', args, {
    DATABASE_URL: bench.dependencies.config.databaseUrl,
    SESSION_SECRET: testSecret,
    ...settings,
  });
const stored = () => readSigningKeys(bench.dependencies.stateDatabase, createSealer([testSecret], keyPurpose));

describeOnEngines('npm run keys', (engine) => {
  beforeEach(async () => {
    bench = await openProxyBench(engine);
  });
  afterEach(() => bench.close());

  it('shows that there are none', async () => {
    expect(await keys(['list'])).toEqual({
      code: 0,
      stdout: 'There is no key yet: the first proxy that is asked to sign somebody in makes one\n',
      stderr: '',
    });
  });

  it('makes keys, and shows them without what is secret', async () => {
    expect((await keys(['rotate', '--at-once'])).code).toBe(0);
    const [first] = await stored();
    const { code, stdout } = await keys(['rotate']);
    const [second] = await stored();
    expect(code).toBe(0);
    expect(stdout.replaceAll(time, '<time>')).toBe(
      [
        `Made the key ${second?.kid ?? ''}: it signs from <time> on`,
        `key                                          state  signs from                gone at`,
        `${second?.kid ?? ''}  known  <time>`,
        `${first?.kid ?? ''}  signs  <time>  <time>`,
        '',
      ].join('\n')
    );
    expect(stdout).not.toContain(first?.jwk?.d ?? 'no key');
  });

  it('says which keys it can not read', async () => {
    await keys(['rotate', '--at-once']);
    const { stdout } = await keys(['list'], { SESSION_SECRET: 'quite another secret that is long enough' });
    expect(stdout).toContain('unreadable: SESSION_SECRET was replaced');
  });

  it('changes nothing where it is not told what to do', async () => {
    for (const args of [[], ['remove'], ['list', 'all'], ['list', '--at-once'], ['rotate', '--now']]) {
      const { code, stdout } = await keys(args);
      expect([code, stdout]).toEqual([1, '']);
    }
    expect((await keys(['rotate'], { SESSION_SECRET: '' })).stderr).toContain('SESSION_SECRET: is required');
    expect(await stored()).toEqual([]);
  });
});
