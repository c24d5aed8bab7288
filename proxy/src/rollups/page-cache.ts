import type { RollupPage } from './rollup-page.ts';
import type { Tier } from './tiers.ts';

/** The pages of all groups in one stretch of stored time, as they were at a generation. */
export interface PageSet {
  /** Of the newest change in its time. */
  generation: number;
  pages: RollupPage[];
  /** Which sketches the pages have. */
  latency: boolean;
  cost: boolean;
}

/** Keeps the pages that were used last. */
export interface PageCache {
  get: (tier: Tier, page: number) => PageSet | undefined;
  put: (tier: Tier, page: number, set: PageSet) => void;
}

// What an entry takes beside its bytes, with what is added up of it, and how much larger it becomes when questions decode it: of the partials they ask for
// a few, which are large; of a sketch all, four bytes for one.
const overheadBytes = 1000;
const decodedFactor = 4;

export function createPageCache(maxBytes: number): PageCache {
  const sets = new Map<string, { set: PageSet; bytes: number }>();
  let bytes = 0;
  const remove = (key: string) => {
    bytes -= sets.get(key)?.bytes ?? 0;
    sets.delete(key);
  };
  return {
    get: (tier, page) => {
      const key = keyOf(tier, page);
      const kept = sets.get(key);
      if (kept !== undefined) {
        // The last in the order of insertion is the one that was used last.
        sets.delete(key);
        sets.set(key, kept);
      }
      return kept?.set;
    },
    put: (tier, page, set) => {
      const key = keyOf(tier, page);
      remove(key);
      const size = sizeOf(set);
      sets.set(key, { set, bytes: size });
      bytes += size;
      for (const oldest of sets.keys()) {
        if (bytes <= maxBytes) {
          break;
        }
        remove(oldest);
      }
    },
  };
}

function keyOf({ name }: Tier, page: number): string {
  return `${name} ${String(page)}`;
}

function sizeOf({ pages }: PageSet): number {
  return pages.reduce(
    (sum, { partials, latency, cost }) =>
      sum + overheadBytes + (1 + decodedFactor) * (partials.length + (latency?.length ?? 0) + (cost?.length ?? 0)),
    overheadBytes
  );
}
