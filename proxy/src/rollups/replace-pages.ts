import type { Transaction } from 'kysely';
import type { StateTables } from '../database/tables.ts';
import { type GroupedCells, nameOf, pagesAtOnce, slices, splitIntoPages } from './change-tiers.ts';
import { type Cells, decodePage, type EncodedPage, encodePage } from './page-codec.ts';
import { deletePages, type PageKey, readBlockKeys, readPages, type StoredPage, writePages } from './pages.ts';
import type { Pauses } from './pauses.ts';
import { baseTier } from './tiers.ts';

/** Pages of a block, before or after it was replaced. */
export interface ReplacedPages {
  all: PageKey[];
  /** Those that are other pages now, or gone. */
  changed: PageKey[];
}

/** Puts `groups` in the place of a block's pages of the base tier. Cells that begin before `keepBefore` stay as they are. */
export async function replacePages(
  transaction: Transaction<StateTables>,
  blockId: number,
  groups: GroupedCells,
  keepBefore: number | null,
  pauses: Pauses
): Promise<ReplacedPages> {
  const wanted = new Map(
    [...splitIntoPages(baseTier, groups)].map(([key, cells]) => [nameOf(key), { key, cells: from(keepBefore, cells) }])
  );
  const keys = await readBlockKeys(transaction, blockId);
  const known = new Set(keys.map(nameOf));
  const added = [...wanted.values()].map(({ key }) => key).filter((key) => !known.has(nameOf(key)));
  const all = [...keys, ...added];
  const changed: PageKey[] = [];
  for (const batch of slices(all, pagesAtOnce)) {
    const stored = await readPages(transaction, baseTier, batch, { blockId });
    const present = new Map(stored.map((page) => [nameOf(page), page]));
    const pages: StoredPage[] = [];
    const gone: PageKey[] = [];
    for (const key of batch) {
      const page = present.get(nameOf(key));
      const cells = new Map([...keptCells(keepBefore, page), ...(wanted.get(nameOf(key))?.cells ?? [])]);
      const encoded = encodePage(baseTier, key.page, cells);
      if (cells.size > 0 && (page === undefined || !isSame(page, encoded))) {
        pages.push({ ...key, ...encoded });
      } else if (cells.size === 0 && page !== undefined) {
        gone.push(key);
      }
      if (pauses.isDue()) {
        await pauses.take();
      }
    }
    await writePages(transaction, baseTier, blockId, pages);
    await deletePages(transaction, baseTier, blockId, gone);
    changed.push(...pages.map(({ page, groupId }) => ({ page, groupId })), ...gone);
  }
  return { all, changed };
}

function from(keepBefore: number | null, cells: Cells): Cells {
  return keepBefore === null ? cells : new Map([...cells].filter(([start]) => start >= keepBefore));
}

function keptCells(keepBefore: number | null, page: StoredPage | undefined): Cells {
  if (keepBefore === null || page === undefined || page.page >= keepBefore) {
    return new Map();
  }
  return new Map([...decodePage(baseTier, page.page, page)].filter(([start]) => start < keepBefore));
}

function isSame(a: EncodedPage, b: EncodedPage): boolean {
  return a.partials.equals(b.partials) && a.latency.equals(b.latency) && a.cost.equals(b.cost);
}
