import type { AbortableQueryOptions } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import type { StateTables } from '../database/tables.ts';
import { ApiError } from '../errors.ts';
import type { Group } from './content.ts';
import type { PageKey } from './page-keys.ts';
import type { RollupPage } from './rollup-page.ts';
import { baseTier, type Tier } from './tiers.ts';

/** The sketches that a question needs beside partials. */
export interface NeededSketches {
  latency: boolean;
  cost: boolean;
}

const number = z.coerce.number().int();
const blob = z.instanceof(Buffer);
const pageSchema = z.object({
  tier_seconds: number,
  page: number,
  group_id: number,
  partials: blob,
  latency: blob.optional(),
  cost: blob.optional(),
});

/** A page has a few KB: so that memory stays bounded. */
const mostPages = 20_000;

/** Reads the pages of all blocks but the open one, of the groups with these ids, or of all. */
export async function readPages(
  db: ReadonlyKysely<StateTables>,
  keys: readonly PageKey[],
  openBlock: number | null,
  ids: readonly number[] | null,
  groups: ReadonlyMap<number, Group>,
  sketches: NeededSketches,
  abort: AbortableQueryOptions
): Promise<Map<PageKey, RollupPage[]>> {
  const found = new Map<PageKey, RollupPage[]>(keys.map((key) => [key, []]));
  if (keys.length === 0 || ids?.length === 0) {
    return found;
  }
  const keyOf = new Map(keys.map((key) => [`${String(key.tier.seconds)} ${String(key.page)}`, key]));
  const rows = await db
    .selectFrom('aitoys_rollup_pages')
    .select(['tier_seconds', 'page', 'group_id', 'partials'])
    .$if(sketches.latency, (select) => select.select('latency'))
    .$if(sketches.cost, (select) => select.select('cost'))
    .where((columns) =>
      columns.or(
        runsOf(keys).map(({ tier, first, last }) =>
          columns.and([columns('tier_seconds', '=', tier.seconds), columns.between('page', first, last)])
        )
      )
    )
    .$if(ids !== null, (select) => select.where('group_id', 'in', ids ?? []))
    .$if(openBlock !== null, (select) => select.where('block_id', '!=', openBlock ?? 0))
    .limit(mostPages + 1)
    .execute(abort);
  if (rows.length > mostPages) {
    throw new ApiError(
      'query_too_large',
      'The question needs too many pages of rollups: choose a shorter range, a longer interval, or a filter on provider or model_name'
    );
  }
  for (const row of z.array(pageSchema).parse(rows)) {
    const { tier_seconds, page, group_id, partials, latency = null, cost = null } = row;
    const key = keyOf.get(`${String(tier_seconds)} ${String(page)}`);
    if (key !== undefined) {
      const group = groupOf(groups, group_id);
      found.get(key)?.push({ ...key, group, partials, latency, cost, decoded: null, sums: null });
    }
  }
  return found;
}

// A page that is left out would be missing from the answer without a word.
function groupOf(groups: ReadonlyMap<number, Group>, id: number): Group {
  const group = groups.get(id);
  if (group === undefined) {
    throw new RangeError(`Rollups have no group ${String(id)}`);
  }
  return group;
}

/** Neighbouring pages together: a statement finds them in one go. */
function runsOf(keys: readonly PageKey[]): { tier: Tier; first: number; last: number }[] {
  const runs: { tier: Tier; first: number; last: number }[] = [];
  for (const { tier, page } of keys.toSorted((a, b) => a.tier.seconds - b.tier.seconds || a.page - b.page)) {
    const run = runs.at(-1);
    if (run?.tier === tier && run.last + tier.pageSeconds === page) {
      run.last = page;
    } else {
      runs.push({ tier, first: page, last: page });
    }
  }
  return runs;
}

export async function readOpen(
  db: ReadonlyKysely<StateTables>,
  openBlock: number | null,
  groups: ReadonlyMap<number, Group>,
  abort: AbortableQueryOptions
): Promise<RollupPage[]> {
  if (openBlock === null) {
    return [];
  }
  const rows = await db
    .selectFrom('aitoys_rollup_pages')
    .select(['tier_seconds', 'page', 'group_id', 'partials', 'latency', 'cost'])
    .where('block_id', '=', openBlock)
    .where('tier_seconds', '=', baseTier.seconds)
    .execute(abort);
  return z
    .array(pageSchema)
    .parse(rows)
    .map(({ page, group_id, partials, latency = null, cost = null }) => ({
      tier: baseTier,
      page,
      group: groupOf(groups, group_id),
      partials,
      latency,
      cost,
      decoded: null,
      sums: null,
    }));
}
