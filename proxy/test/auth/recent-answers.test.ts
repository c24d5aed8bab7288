import { describe, expect, it } from 'vitest';
import { createRecentAnswers } from '../../src/auth/recent-answers.ts';

function openAnswers(maxEntries = 10) {
  let now = 1_000_000;
  let asked = 0;
  const answers = createRecentAnswers<number>(() => now, 1000, maxEntries);
  return {
    answers,
    get: (key: string) => answers.get(key, () => Promise.resolve((asked += 1))),
    advance: (ms: number) => {
      now += ms;
    },
  };
}

describe('createRecentAnswers', () => {
  it('asks again after maxAgeMs, counted from the question', async () => {
    const { get, advance } = openAnswers();
    expect(await get('a')).toBe(1);
    advance(999);
    expect(await get('a')).toBe(1);
    advance(1);
    expect(await get('a')).toBe(2);
  });

  it('asks again when the clock was set back (F87)', async () => {
    const { get, advance } = openAnswers();
    await get('a');
    advance(-3_600_000);
    expect(await get('a')).toBe(2);
  });

  it('asks once for those who ask at the same time', async () => {
    const { get } = openAnswers();
    expect(await Promise.all([get('a'), get('a'), get('b')])).toEqual([1, 1, 2]);
  });

  it('keeps no failure', async () => {
    const { answers, get } = openAnswers();
    const failure = new Error('away');
    await expect(answers.get('a', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await get('a')).toBe(1);
  });

  it('forgets on demand', async () => {
    const { answers, get } = openAnswers();
    await get('a');
    answers.forget('a');
    expect(await get('a')).toBe(2);
  });

  it('keeps at most maxEntries, the oldest go first', async () => {
    const { get } = openAnswers(2);
    expect([await get('a'), await get('b'), await get('c')]).toEqual([1, 2, 3]);
    expect([await get('b'), await get('c'), await get('a')]).toEqual([2, 3, 4]);
  });
});
