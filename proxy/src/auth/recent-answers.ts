import type { Clock } from '../clock.ts';

export interface RecentAnswers<T> {
  /** The answer for `key`: one that was asked for less than `maxAgeMs` ago, or else what `ask` finds now. */
  get(key: string, ask: () => Promise<T>): Promise<T>;
  forget(key: string): void;
}

/**
 * Shares answers for a moment, in bounded memory; questions asked at the same time are asked once. A failure is shared
 * with those who wait for it and never kept.
 */
export function createRecentAnswers<T>(clock: Clock, maxAgeMs: number, maxEntries: number): RecentAnswers<T> {
  const entries = new Map<string, { askedAt: number; answer: Promise<T> }>();

  const isFresh = (askedAt: number) => {
    const age = clock() - askedAt;
    // A clock that was set back must not lengthen anyone's stay.
    return age >= 0 && age < maxAgeMs;
  };

  return {
    get: (key, ask) => {
      const known = entries.get(key);
      if (known !== undefined && isFresh(known.askedAt)) {
        return known.answer;
      }
      const entry = { askedAt: clock(), answer: ask() };
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > maxEntries) {
        // A Map keeps the order of insertion: the first is the oldest.
        entries.delete(entries.keys().next().value ?? '');
      }
      entry.answer.catch(() => {
        if (entries.get(key) === entry) {
          entries.delete(key);
        }
      });
      return entry.answer;
    },
    forget: (key) => {
      entries.delete(key);
    },
  };
}
