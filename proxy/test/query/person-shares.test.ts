import { describe, expect, it } from 'vitest';
import { createPersonShares } from '../../src/query/person-shares.ts';

const refusal = {
  code: 'rate_limited',
  message:
    'You have 2 questions running or waiting, which is the limit: ask again when some are answered, and fewer at a time',
  headers: { 'Retry-After': '5' },
};

describe('createPersonShares', () => {
  it('lets each person have so many questions at a time, and others none the fewer', async () => {
    const { hold, othersOf } = createPersonShares(2);
    const end = Promise.withResolvers<string>();
    const held = ['ada', 'ada', 'bob', undefined, undefined, undefined].map((person) =>
      hold(person, () => end.promise)
    );
    await expect(hold('ada', () => end.promise)).rejects.toMatchObject(refusal);
    expect([othersOf('ada'), othersOf('bob'), othersOf('cyd'), othersOf(undefined)]).toEqual([1, 0, 0, 0]);
    end.resolve('answer');
    expect(await Promise.all(held)).toEqual(held.map(() => 'answer'));
  });

  it('gives a place back whatever becomes of the question', async () => {
    const { hold } = createPersonShares(2);
    for (let round = 0; round < 5; round += 1) {
      await expect(hold('ada', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
      const thrown = hold('ada', () => {
        throw new Error('thrown');
      });
      await expect(thrown).rejects.toThrow('thrown');
    }
    expect(await hold('ada', () => Promise.resolve('answer'))).toBe('answer');
  });
});
