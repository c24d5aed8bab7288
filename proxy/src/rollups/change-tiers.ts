import type { Transaction } from 'kysely';
import type { StateTables } from '../database/tables.ts';
import { addCells, addToCell } from './content.ts';
import { type Cells, decodePage, encodePage } from './page-codec.ts';
import { type Blocks, deletePages, type PageKey, readPages, type StoredPage, writePages } from './pages.ts';
import type { Pauses } from './pauses.ts';
import { baseTier, cellOf, pageOf, type Tier, tiers } from './tiers.ts';

/** Cells by the id of their group. */
export type GroupedCells = Map<number, Cells>;

/** The `block_id` of pages of all tiers but the base. */
export const allBlocks = 0;

const [, ...coarserTiers] = tiers;

/** So that what is decoded at a time stays a few megabytes: most of it is gone before the garbage collector looks for it. */
export const pagesAtOnce = 100;

/** Adds the calls of a block, which is sealed now, to the tiers above the base. */
export async function addBlockToTiers(
  transaction: Transaction<StateTables>,
  blockId: number,
  keys: readonly PageKey[],
  pauses: Pauses
): Promise<void> {
  for (const batch of slices(keys, pagesAtOnce)) {
    let cells = await decodePages(baseTier, await readPages(transaction, baseTier, batch, { blockId }), pauses);
    for (const tier of coarserTiers) {
      cells = await foldCells(tier, cells, pauses);
      await addToPages(transaction, tier, allBlocks, cells, pauses);
    }
  }
}

/**
 * Makes the pages of all tiers above the base anew that hold one of `touched`, which are pages of the base tier. With
 * `skipDamaged` pages that can't be read are left out, until they and those above them are made anew, too.
 */
export async function refreshTiers(
  transaction: Transaction<StateTables>,
  touched: readonly PageKey[],
  { openBlock, skipDamaged }: { openBlock: number | null; skipDamaged: boolean },
  pauses: Pauses
): Promise<void> {
  let finer: Tier = baseTier;
  let blocks: Blocks = { exceptBlockId: openBlock };
  let changed = touched;
  for (const tier of coarserTiers) {
    changed = pagesAbove(tier, changed);
    const finerPages = tier.pageSeconds / finer.pageSeconds;
    for (const batch of slices(changed, Math.ceil(pagesAtOnce / finerPages))) {
      const keys = batch.flatMap((key) => pagesWithin(finer, tier, key));
      const stored = await readPages(transaction, finer, keys, blocks);
      const sound = skipDamaged ? stored.filter((page) => !isDamaged(finer, page)) : stored;
      const cells = await foldCells(tier, await decodePages(finer, sound, pauses), pauses);
      await putPages(transaction, tier, allBlocks, batch, cells, pauses);
    }
    finer = tier;
    blocks = { blockId: allBlocks };
  }
}

/** Adds calls to pages of a tier; those that are not there are made. */
export async function addToPages(
  transaction: Transaction<StateTables>,
  tier: Tier,
  blockId: number,
  groups: GroupedCells,
  pauses: Pauses
): Promise<void> {
  for (const batch of slices([...splitIntoPages(tier, groups)], pagesAtOnce)) {
    const stored = await readPages(
      transaction,
      tier,
      batch.map(([key]) => key),
      { blockId }
    );
    const present = new Map(stored.map((page) => [nameOf(page), page]));
    const pages: StoredPage[] = [];
    for (const [key, cells] of batch) {
      const page = present.get(nameOf(key));
      pages.push({ ...key, ...encodePage(tier, key.page, page === undefined ? cells : withCells(tier, page, cells)) });
      if (pauses.isDue()) {
        await pauses.take();
      }
    }
    await writePages(transaction, tier, blockId, pages);
  }
}

/** Writes the pages `keys` with `groups`, and takes away those of them that have no cells. */
export async function putPages(
  transaction: Transaction<StateTables>,
  tier: Tier,
  blockId: number,
  keys: readonly PageKey[],
  groups: GroupedCells,
  pauses: Pauses
): Promise<void> {
  const pages: StoredPage[] = [];
  const kept = new Set<string>();
  for (const [key, cells] of splitIntoPages(tier, groups)) {
    kept.add(nameOf(key));
    pages.push({ ...key, ...encodePage(tier, key.page, cells) });
    if (pauses.isDue()) {
      await pauses.take();
    }
  }
  await writePages(transaction, tier, blockId, pages);
  await deletePages(
    transaction,
    tier,
    blockId,
    keys.filter((key) => !kept.has(nameOf(key)))
  );
}

/** The same cells by page, group by group. */
export function splitIntoPages(tier: Tier, groups: GroupedCells): Map<PageKey, Cells> {
  const split = new Map<PageKey, Cells>();
  for (const [groupId, cells] of groups) {
    const pages = new Map<number, Cells>();
    for (const [start, partials] of cells) {
      getOrAdd(pages, pageOf(tier, start), noCells).set(start, partials);
    }
    for (const [page, within] of pages) {
      split.set({ page, groupId }, within);
    }
  }
  return split;
}

export function nameOf({ page, groupId }: PageKey): string {
  return `${page} ${groupId}`;
}

export function* slices<Item>(items: readonly Item[], length: number): Generator<Item[]> {
  for (let position = 0; position < items.length; position += length) {
    yield items.slice(position, position + length);
  }
}

function withCells(tier: Tier, page: StoredPage, cells: Cells): Cells {
  const decoded = decodePage(tier, page.page, page);
  addCells(decoded, cells);
  return decoded;
}

async function decodePages(tier: Tier, pages: readonly StoredPage[], pauses: Pauses): Promise<GroupedCells> {
  const groups: GroupedCells = new Map();
  for (const page of pages) {
    addCells(getOrAdd(groups, page.groupId, noCells), decodePage(tier, page.page, page));
    if (pauses.isDue()) {
      await pauses.take();
    }
  }
  return groups;
}

function isDamaged(tier: Tier, page: StoredPage): boolean {
  try {
    decodePage(tier, page.page, page);
    return false;
  } catch (error) {
    if (error instanceof RangeError) {
      return true;
    }
    throw error;
  }
}

/** The same calls in cells of a coarser tier. */
async function foldCells(tier: Tier, groups: GroupedCells, pauses: Pauses): Promise<GroupedCells> {
  const folded: GroupedCells = new Map();
  for (const [groupId, cells] of groups) {
    const coarser: Cells = new Map();
    folded.set(groupId, coarser);
    for (const [start, partials] of cells) {
      addToCell(coarser, cellOf(tier, start), partials);
      if (pauses.isDue()) {
        await pauses.take();
      }
    }
  }
  return folded;
}

function pagesAbove(tier: Tier, keys: readonly PageKey[]): PageKey[] {
  const above = keys.map(({ page, groupId }) => ({ page: pageOf(tier, page), groupId }));
  return [...new Map(above.map((key) => [nameOf(key), key])).values()];
}

function pagesWithin(finer: Tier, tier: Tier, { page, groupId }: PageKey): PageKey[] {
  const count = tier.pageSeconds / finer.pageSeconds;
  return Array.from({ length: count }, (_, index) => ({ page: page + index * finer.pageSeconds, groupId }));
}

function noCells(): Cells {
  return new Map();
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) {
    return present;
  }
  const created = create();
  map.set(key, created);
  return created;
}
