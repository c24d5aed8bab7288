import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { StateTables } from '../database/tables.ts';
import type { EncodedPage } from './page-codec.ts';
import { baseTier, type Tier } from './tiers.ts';

/** Which page of a tier, and of which group. */
export interface PageKey {
  page: number;
  groupId: number;
}

export type StoredPage = PageKey & EncodedPage;

/** Whose pages of the base tier: one block's, or those of all blocks but one. Other tiers have pages of `blockId` 0 only. */
export type Blocks = { blockId: number } | { exceptBlockId: number | null };

const keysPerStatement = 500;
const bytesPerStatement = 1_048_576;

const keysSchema = z.array(z.object({ page: z.coerce.number().int(), group_id: z.coerce.number().int() }));

/** Which pages of the base tier a block has: group by group, so that few at a time have few pages of other tiers above them. */
export async function readBlockKeys(transaction: Transaction<StateTables>, blockId: number): Promise<PageKey[]> {
  const rows = await transaction
    .selectFrom('aitoys_rollup_pages')
    .select(['page', 'group_id'])
    .where('block_id', '=', blockId)
    .where('tier_seconds', '=', baseTier.seconds)
    .orderBy('group_id')
    .orderBy('page')
    .execute();
  return keysSchema.parse(rows).map(({ page, group_id: groupId }) => ({ page, groupId }));
}

/** Those of the pages that there are: of the base tier maybe one per block. */
export async function readPages(
  transaction: Transaction<StateTables>,
  tier: Tier,
  keys: readonly PageKey[],
  blocks: Blocks
): Promise<StoredPage[]> {
  const pages: StoredPage[] = [];
  for (let position = 0; position < keys.length; position += keysPerStatement) {
    let select = transaction
      .selectFrom('aitoys_rollup_pages')
      .select(['page', 'group_id', 'partials', 'latency', 'cost'])
      .where('tier_seconds', '=', tier.seconds)
      // Page by page, because that is what both servers find through the primary key.
      .where((columns) =>
        columns.or(
          groupsByPage(keys.slice(position, position + keysPerStatement)).map(([page, groupIds]) =>
            columns.and([columns('page', '=', page), columns('group_id', 'in', groupIds)])
          )
        )
      );
    if ('blockId' in blocks) {
      select = select.where('block_id', '=', blocks.blockId);
    } else if (blocks.exceptBlockId !== null) {
      select = select.where('block_id', '<>', blocks.exceptBlockId);
    }
    pages.push(...(await select.execute()).map(readPage));
  }
  return pages;
}

/** Writes pages in the place of those that are there. */
export async function writePages(
  transaction: Transaction<StateTables>,
  tier: Tier,
  blockId: number,
  pages: readonly StoredPage[]
): Promise<void> {
  for (const batch of batches(pages)) {
    await transaction
      .insertInto('aitoys_rollup_pages')
      .values(
        batch.map(({ page, groupId, partials, latency, cost }) => ({
          tier_seconds: tier.seconds,
          page,
          group_id: groupId,
          block_id: blockId,
          partials,
          latency,
          cost,
        }))
      )
      .onDuplicateKeyUpdate({ partials: inserted('partials'), latency: inserted('latency'), cost: inserted('cost') })
      .execute();
  }
}

export async function deletePages(
  transaction: Transaction<StateTables>,
  tier: Tier,
  blockId: number,
  keys: readonly PageKey[]
): Promise<void> {
  for (const [page, groupIds] of groupsByPage(keys)) {
    await transaction
      .deleteFrom('aitoys_rollup_pages')
      .where('tier_seconds', '=', tier.seconds)
      .where('page', '=', page)
      .where('group_id', 'in', groupIds)
      .where('block_id', '=', blockId)
      .execute();
  }
}

// MariaDB knows no other name for the row that could not be inserted.
const inserted = (column: 'partials' | 'latency' | 'cost') => sql<Buffer>`values(${sql.ref(column)})`;

function groupsByPage(keys: readonly PageKey[]): [number, number[]][] {
  const pages = new Map<number, number[]>();
  for (const { page, groupId } of keys) {
    const groupIds = pages.get(page) ?? [];
    pages.set(page, groupIds);
    groupIds.push(groupId);
  }
  return [...pages];
}

/** BIGINT comes as text. */
interface PageRow extends EncodedPage {
  page: unknown;
  group_id: unknown;
}

// By hand, because there may be tens of thousands; decoding finds out what is not as it was written.
function readPage({ page, group_id: groupId, partials, latency, cost }: PageRow): StoredPage {
  return { page: Number(page), groupId: Number(groupId), partials, latency, cost };
}

function* batches(pages: readonly StoredPage[]): Generator<StoredPage[]> {
  let batch: StoredPage[] = [];
  let bytes = 0;
  for (const page of pages) {
    const length = page.partials.length + page.latency.length + page.cost.length;
    if (batch.length === keysPerStatement || (batch.length > 0 && bytes + length > bytesPerStatement)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(page);
    bytes += length;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
