import { LRUCache } from 'lru-cache';
import type { PartialColumns } from '../partials/partial-columns.ts';
import { keyText, type PageKey } from './page-keys.ts';
import type { RollupPage } from './rollup-page.ts';

/** The pages of all groups in one stretch of stored time, as they were at a generation. */
export interface PageSet {
  /** Of the newest change in its time. */
  generation: number;
  pages: RollupPage[];
  /** Which sketches the pages have. */
  latency: boolean;
  cost: boolean;
}

/** What the pages of a window came to for one group of a question. */
export interface MergedGroup {
  labels: string[];
  columns: PartialColumns;
}

/** Keeps what was used last. */
export interface RollupCache {
  getPages: (key: PageKey) => PageSet | undefined;
  putPages: (key: PageKey, set: PageSet) => void;
  /**
   * Copies, which may be added to. `asked`: all that what pages come to depends on, apart from the pages, which are of these
   * `generations`.
   */
  getMerged: (asked: string, generations: string) => MergedGroup[] | undefined;
  putMerged: (asked: string, generations: string, groups: readonly MergedGroup[]) => void;
}

interface MergedPages {
  generations: string;
  groups: readonly MergedGroup[];
  bytes: number;
}

/** Holds at most about so many bytes. */
export function createRollupCache(maxBytes: number): RollupCache {
  const mergedBytes = Math.floor(maxBytes * mergedShare);
  const pages = new LRUCache<string, PageSet>({ maxSize: maxBytes - mergedBytes, sizeCalculation: sizeOfPages });
  const merged = new LRUCache<string, MergedPages>({ maxSize: mergedBytes, sizeCalculation: ({ bytes }) => bytes });
  return {
    getPages: (key) => pages.get(keyText(key)),
    putPages: (key, set) => {
      pages.set(keyText(key), set);
    },
    getMerged: (asked, generations) => {
      const kept = merged.get(asked);
      return kept?.generations === generations ? copiesOf(kept.groups) : undefined;
    },
    putMerged: (asked, generations, groups) => {
      for (const { columns } of groups) {
        columns.compact();
      }
      const bytes = sizeOfMerged(groups) + 2 * asked.length;
      if (bytes <= mergedBytes * largestShare) {
        merged.set(asked, { generations, groups: copiesOf(groups), bytes });
      }
    },
  };
}

function copiesOf(groups: readonly MergedGroup[]): MergedGroup[] {
  return groups.map(({ labels, columns }) => ({ labels, columns: columns.copy() }));
}

/** What panels ask for is little beside the pages that it comes from. */
const mergedShare = 1 / 4;

/** One answer must not push out all the others. */
const largestShare = 1 / 4;

// What an entry takes beside its bytes, with what is added up of it, and how much larger it becomes when questions decode it:
// of the partials they ask for a few, which are large; of a sketch all, four bytes for one.
const overheadBytes = 1000;
const decodedFactor = 4;

function sizeOfPages({ pages }: PageSet): number {
  return pages.reduce(
    (sum, { partials, latency, cost }) =>
      sum + overheadBytes + (1 + decodedFactor) * (partials.length + (latency?.length ?? 0) + (cost?.length ?? 0)),
    overheadBytes
  );
}

function sizeOfMerged(groups: readonly MergedGroup[]): number {
  return groups.reduce((sum, { columns }) => sum + overheadBytes + columns.bytes(), overheadBytes);
}
