import { beforeAll, describe, expect, it } from 'vitest';
import { hashArgon2id, isArgon2id, verifyArgon2id } from '../../src/auth/argon2id.ts';
import { createPasswordChecks } from '../../src/auth/password-checks.ts';
import { hashPassword } from '../../src/auth/password.ts';

let argon2id: string;
beforeAll(async () => {
  argon2id = await hashArgon2id('right');
});

describe('createPasswordChecks', () => {
  it('makes an argon2id hash of a right password, and of no other', async () => {
    const { check } = createPasswordChecks(true);
    const { verdict, rehashed } = await check('right', hashPassword('right'));
    expect([verdict, isArgon2id(rehashed ?? ''), await verifyArgon2id('right', rehashed ?? '')]).toEqual([
      'match',
      true,
      true,
    ]);
    expect(await check('wrong', hashPassword('right'))).toEqual({ verdict: 'mismatch', rehashed: null });
    expect(await check('right', argon2id)).toEqual({ verdict: 'match', rehashed: null });
    expect(await check('wrong', argon2id)).toEqual({ verdict: 'mismatch', rehashed: null });
    expect(await check('right', 'right')).toEqual({ verdict: 'malformed', rehashed: null });
    expect(await check('right', null)).toEqual({ verdict: 'malformed', rehashed: null });
  });

  it('only verifies where nothing is to be hashed anew', async () => {
    const { check } = createPasswordChecks(false);
    expect(await check('right', hashPassword('right'))).toEqual({ verdict: 'match', rehashed: null });
    expect(await check('wrong', hashPassword('right'))).toEqual({ verdict: 'mismatch', rehashed: null });
    expect(await check('right', argon2id)).toEqual({ verdict: 'match', rehashed: null });
    expect(await check('wrong', argon2id)).toEqual({ verdict: 'mismatch', rehashed: null });
    expect(await check('right', null)).toEqual({ verdict: 'malformed', rehashed: null });
  });

  it('takes the time of one argon2id for every attempt (A2, A14)', async () => {
    const { check } = createPasswordChecks(true);
    const attempts: Record<string, () => Promise<unknown>> = {
      'one argon2id': () => hashArgon2id('any'),
      'right SHA-256': () => check('right', hashPassword('right')),
      'wrong SHA-256': () => check('wrong', hashPassword('right')),
      'right argon2id': () => check('right', argon2id),
      'wrong argon2id': () => check('wrong', argon2id),
      malformed: () => check('right', '$argon2id$v=19$m=4194304,t=1000,p=100$c29tZXNhbHQ$cnVzdCBpcyBuaWNlIQ'),
      nobody: () => check('right', null),
    };
    const times = new Map(Object.keys(attempts).map((name) => [name, [] as number[]]));
    for (let tries = 0; tries < 40; tries += 1) {
      for (const [name, attempt] of Object.entries(attempts)) {
        const start = performance.now();
        await attempt();
        times.get(name)?.push(performance.now() - start);
      }
    }
    // The quickest quarter: what else the machine does only makes it longer.
    const typical = (name: string) => times.get(name)?.sort((a, b) => a - b)[10] ?? NaN;
    const one = typical('one argon2id');
    for (const name of Object.keys(attempts)) {
      expect(typical(name), name).toBeGreaterThan(0.6 * one);
      expect(typical(name), name).toBeLessThan(1.5 * one);
    }
  });

  it('does not begin where the caller has gone while he waited', async () => {
    const { check } = createPasswordChecks(true);
    const waiting = Array.from({ length: 8 }, () => check('right', null));
    const gone = new AbortController();
    const late = check('right', null, gone.signal);
    gone.abort(new Error('gone'));
    await expect(late).rejects.toThrow('gone');
    expect((await Promise.all(waiting)).map(({ verdict }) => verdict)).toEqual(waiting.map(() => 'malformed'));
  });

  it('lets 16 for each thread wait, refuses the rest, and goes on afterwards (H104)', async () => {
    const { check } = createPasswordChecks(false, 2);
    for (const round of [1, 2]) {
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => check('right', argon2id)));
      const refused = outcomes.filter(({ status }) => status === 'rejected');
      expect([round, outcomes.length - refused.length]).toEqual([round, 34]);
      expect(refused[0]).toMatchObject({ reason: { code: 'unavailable', headers: { 'Retry-After': '5' } } });
    }
  });

  it('admits as many sign-ins as can get their turn, whatever becomes of them (H104)', async () => {
    const { admit } = createPasswordChecks(true, 2);
    for (const outcome of ['resolve', 'reject', 'throw'] as const) {
      const end = Promise.withResolvers<string>();
      const signIns = Array.from({ length: 50 }, () =>
        admit(() => {
          if (outcome === 'throw') {
            throw new Error('thrown');
          }
          return end.promise;
        }).catch((error: unknown) => (error as { code?: string }).code ?? (error as Error).message)
      );
      if (outcome === 'reject') {
        end.reject(new Error('rejected'));
      } else {
        end.resolve('resolved');
      }
      const expected = { resolve: 'resolved', reject: 'rejected', throw: 'thrown' }[outcome];
      const ends = await Promise.all(signIns);
      // One that throws at once is over before the next one comes.
      expect(ends.filter((text) => text === expected)).toHaveLength(outcome === 'throw' ? 50 : 34);
      expect(ends.filter((text) => text === 'unavailable')).toHaveLength(outcome === 'throw' ? 0 : 16);
    }
  });

  it('admits everybody where only SHA-256 is expected', async () => {
    const { admit } = createPasswordChecks(false, 1);
    const end = Promise.withResolvers<string>();
    const signIns = Array.from({ length: 500 }, () => admit(() => end.promise));
    end.resolve('in');
    expect(new Set(await Promise.all(signIns))).toEqual(new Set(['in']));
  });
});
