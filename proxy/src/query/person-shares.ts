import { ApiError } from '../errors.ts';

/** How many questions of each person run or wait. Without a person nothing is counted. */
export interface PersonShares {
  /** Runs a question of `person` if he has fewer than the limit; throws an ApiError `rate_limited` otherwise. */
  hold: <Result>(person: string | undefined, work: () => Promise<Result>) => Promise<Result>;
  /** How many he has under way beside the one that asks this. */
  othersOf: (person: string | undefined) => number;
}

export function createPersonShares(max: number): PersonShares {
  // Only of those who ask at this moment.
  const held = new Map<string, number>();
  const heldBy = (person: string) => held.get(person) ?? 0;
  return {
    othersOf: (person) => (person === undefined ? 0 : Math.max(0, heldBy(person) - 1)),
    hold: async (person, work) => {
      if (person === undefined) {
        return work();
      }
      if (heldBy(person) >= max) {
        throw tooManyQuestions(max);
      }
      held.set(person, heldBy(person) + 1);
      try {
        return await work();
      } finally {
        const left = heldBy(person) - 1;
        if (left === 0) {
          held.delete(person);
        } else {
          held.set(person, left);
        }
      }
    },
  };
}

function tooManyQuestions(max: number): ApiError {
  return new ApiError(
    'rate_limited',
    `You have ${String(max)} questions running or waiting, which is the limit: ask again when some are answered, and fewer at a time`,
    { headers: { 'Retry-After': '5' } }
  );
}
