/** Tells how far rollups may go, so that a call that is still being written is not missed. */
export interface SettledIds {
  /** Notes the highest id that the table has at a time (ms of a clock that only goes on); null for an empty table. */
  observe: (now: number, maxId: bigint | null) => void;
  /** The highest id that the table was seen to have at least the lag ago; null where there is none. */
  settledAt: (now: number) => bigint | null;
}

/**
 * Ids are given when a call is written, and seen when its transaction ends: a lower one may appear after a higher one, but
 * hardly later than the lag after it.
 */
export function createSettledIds(lagMs: number): SettledIds {
  let seen: { at: number; maxId: bigint }[] = [];
  return {
    observe: (now, maxId) => {
      // Where the highest calls were deleted, or the table was loaded anew, ids may be given again.
      seen = maxId === null ? [] : seen.filter((earlier) => earlier.maxId <= maxId);
      if (maxId !== null && seen.at(-1)?.maxId !== maxId) {
        seen.push({ at: now, maxId });
      }
      const settled = seen.findLastIndex(({ at }) => now - at >= lagMs);
      seen = seen.slice(Math.max(0, settled));
    },
    settledAt: (now) => seen.findLast(({ at }) => now - at >= lagMs)?.maxId ?? null,
  };
}
