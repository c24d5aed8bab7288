import type { Clock } from '../clock.ts';

export interface RecentBans {
  /** How long the ban of `key` still lasts, in ms; null where none is known. */
  left(key: string): number | null;
  /** Notes that the database said so just now. */
  add(key: string, msLeft: number): void;
  /** To be called where the ban may be over before its time. */
  forget(key: string): void;
}

// A ban is asked for again after a second: it may have been lifted by hand.
const maxAgeMs = 1000;
const maxEntries = 10_000;

/** Remembers bans for a moment, in bounded memory, so that a flood of refused attempts never reaches the database. */
export function createRecentBans(clock: Clock): RecentBans {
  const bans = new Map<string, { notedAt: number; msLeft: number }>();
  return {
    left: (key) => {
      const ban = bans.get(key);
      const age = ban === undefined ? -1 : clock() - ban.notedAt;
      return ban !== undefined && age >= 0 && age < Math.min(maxAgeMs, ban.msLeft) ? ban.msLeft - age : null;
    },
    add: (key, msLeft) => {
      bans.delete(key);
      bans.set(key, { notedAt: clock(), msLeft });
      if (bans.size > maxEntries) {
        // A Map keeps the order of insertion: the first is the oldest.
        bans.delete(bans.keys().next().value ?? '');
      }
    },
    forget: (key) => {
      bans.delete(key);
    },
  };
}
