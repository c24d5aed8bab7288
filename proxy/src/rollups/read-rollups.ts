import type { AbortableQueryOptions } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { z } from 'zod';
import { databaseError } from '../database/errors.ts';
import { isStateMigrated } from '../database/migrate.ts';
import { abortable, type Database, readOnly } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { ApiError } from '../errors.ts';
import { createInFlight } from '../in-flight.ts';
import type { Group } from './content.ts';
import { createGroupNames } from './group-names.ts';
import type { PageCache, PageSet } from './page-cache.ts';
import { rollupFormat } from './page-codec.ts';
import type { RollupPage } from './rollup-page.ts';
import { baseTier, pageOf, type Tier } from './tiers.ts';

/** Cells of a tier in stored seconds since 1970: `[from, to)`. */
export interface Stretch {
  tier: Tier;
  from: number;
  to: number;
}

export interface ReadRequest {
  stretches: readonly Stretch[];
  /** The sketches that are needed. */
  latency: boolean;
  cost: boolean;
  wants: (group: Group) => boolean;
}

/** What the rollups had at one moment. */
export interface RolledUp {
  /** Calls up to this id are in the pages; null where none is. */
  watermark: bigint | null;
  /** All pages were compared with their calls since then; ms since 1970. Null before the first time. */
  auditedAt: number | null;
  /** For each stretch the pages that hold its cells. */
  sealed: RollupPage[][];
  /** Pages of the base tier with the newest calls, which no other page has. */
  open: RollupPage[];
}

export interface RollupReader {
  /** Reads pages as of one moment; null where there are no rollups to read. Throws as queries do. */
  read: (request: ReadRequest, signal: AbortSignal) => Promise<RolledUp | null>;
}

export interface RollupReaderOptions {
  /** Null: every page is read anew. */
  cache: PageCache | null;
  /** Told for every page that a question needs whether it was in the cache. */
  onLookUp: (hit: boolean) => void;
}

/** How far the rollups are, and when the pages of each day were last changed. */
interface Head {
  watermark: bigint | null;
  auditedAt: number | null;
  openBlock: number | null;
  generation: number;
  lastGroup: number;
  days: ReadonlyMap<number, number>;
}

interface PageKey {
  tier: Tier;
  page: number;
}

// BIGINT and DECIMAL come as text.
const number = z.coerce.number().int();
const headSchema = z.object({
  format: z.string(),
  watermark: z.coerce
    .string()
    .transform((text) => BigInt(text))
    .nullable(),
  audited_at: number.nullable(),
  open_block: number.nullable(),
  generation: number,
  last_group: number.nullable(),
  day: number.nullable(),
  day_generation: number.nullable(),
});
const blob = z.instanceof(Buffer);
const pageSchema = z.object({
  tier_seconds: number,
  page: number,
  group_id: number,
  partials: blob,
  latency: blob.optional(),
  cost: blob.optional(),
});

const daySeconds = 86_400;

/** A page has a few KB: so that memory stays bounded. */
const mostPages = 20_000;

/**
 * Reads rollups for questions. Pages are kept as long as their days' generations are the same; what was changed since, and
 * the pages of the open block, are read in one snapshot together with the watermark.
 */
export function createRollupReader(database: Database<StateTables>, options: RollupReaderOptions): RollupReader {
  const names = createGroupNames();
  const heads = createInFlight<Head | null>(() => undefined);
  let isMigrated = false;
  let open: { generation: number; pages: RollupPage[] } | undefined;

  const readFresh = async (
    db: ReadonlyKysely<StateTables>,
    request: ReadRequest,
    abort: AbortableQueryOptions
  ): Promise<RolledUp | null> => {
    const head = await readHead(db, request.stretches, abort);
    if (head === null) {
      return null;
    }
    const groups = await names.upTo(db, head.lastGroup, abort);
    const wanted = [...groups].filter(([, group]) => request.wants(group)).map(([id]) => id);
    // Where a question is about few of many groups, all the others would be read for it.
    const cache = 4 * wanted.length < groups.size ? null : options.cache;
    const sets = new Map<string, PageSet>();
    const missing: PageKey[] = [];
    for (const key of keysOf(request.stretches)) {
      const kept = cache === null ? undefined : lookUp(cache, key, head, request);
      options.onLookUp(kept !== undefined);
      if (kept === undefined) {
        missing.push(key);
      } else {
        sets.set(keyText(key), kept);
      }
    }
    const ids = cache === null && wanted.length < groups.size ? wanted : null;
    for (const [key, pages] of await readPages(db, missing, head.openBlock, ids, groups, request, abort)) {
      const set = { generation: generationOf(key, head), pages, latency: request.latency, cost: request.cost };
      sets.set(keyText(key), set);
      cache?.put(key.tier, key.page, set);
    }
    if (open?.generation !== head.generation) {
      open = { generation: head.generation, pages: await readOpen(db, head.openBlock, groups, abort) };
    }
    return answer(request, head, sets, open.pages);
  };

  /** What the cache alone answers; undefined where something is missing. */
  const readKept = async (
    cache: PageCache,
    request: ReadRequest,
    signal: AbortSignal
  ): Promise<RolledUp | null | undefined> => {
    // The panels of a dashboard ask at the same moment.
    const head = await heads.share(JSON.stringify(daysOf(request.stretches)), signal, (shared) =>
      abortable(database, shared).then((options) => readHead(readOnly(database), request.stretches, options))
    );
    if (head === null) {
      return null;
    }
    if (open?.generation !== head.generation) {
      return undefined;
    }
    const sets = new Map<string, PageSet>();
    for (const key of keysOf(request.stretches)) {
      const kept = lookUp(cache, key, head, request);
      if (kept === undefined) {
        return undefined;
      }
      sets.set(keyText(key), kept);
    }
    for (let count = sets.size; count > 0; count -= 1) {
      options.onLookUp(true);
    }
    return answer(request, head, sets, open.pages);
  };

  const readFreshly = async (request: ReadRequest, signal: AbortSignal) => {
    const abort = await abortable(database, signal);
    return database.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((transaction) => readFresh(transaction as unknown as ReadonlyKysely<StateTables>, request, abort));
  };

  return {
    read: async (request, signal) => {
      signal.throwIfAborted();
      try {
        isMigrated ||= await isStateMigrated(database);
        if (!isMigrated) {
          return null;
        }
        const kept = options.cache === null ? undefined : await readKept(options.cache, request, signal);
        return kept !== undefined ? kept : await readFreshly(request, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw databaseError(error);
      }
    },
  };
}

function answer(
  request: ReadRequest,
  head: Head,
  sets: ReadonlyMap<string, PageSet>,
  open: readonly RollupPage[]
): RolledUp {
  const wants = ({ group }: RollupPage) => request.wants(group);
  return {
    watermark: head.watermark,
    auditedAt: head.auditedAt,
    sealed: request.stretches.map((stretch) =>
      keysOf([stretch]).flatMap((key) => (sets.get(keyText(key))?.pages ?? []).filter(wants))
    ),
    open: open.filter(wants),
  };
}

/** The first and the last day of the pages that hold cells of the stretches. */
function daysOf(stretches: readonly Stretch[]): [first: number, last: number] {
  const pages = stretches.map(({ tier, from, to }) => [
    pageOf(tier, from),
    pageOf(tier, to - 1) + tier.pageSeconds - 1,
  ]);
  return [
    Math.floor(Math.min(...pages.map(([first = 0]) => first)) / daySeconds),
    Math.floor(Math.max(...pages.map(([, last = 0]) => last)) / daySeconds),
  ];
}

/** One statement, so that it is of one moment. */
async function readHead(
  db: ReadonlyKysely<StateTables>,
  stretches: readonly Stretch[],
  abort: AbortableQueryOptions
): Promise<Head | null> {
  const [firstDay, lastDay] = daysOf(stretches);
  const rows = await db
    .selectFrom('aitoys_rollups')
    .leftJoin('aitoys_rollup_days', (join) =>
      join.on('aitoys_rollup_days.day', '>=', firstDay).on('aitoys_rollup_days.day', '<=', lastDay)
    )
    .where('aitoys_rollups.name', '=', 'ai_metrics')
    .select((columns) => [
      'format',
      'watermark',
      'open_block',
      'aitoys_rollups.generation as generation',
      'audited_at',
      'day',
      'aitoys_rollup_days.generation as day_generation',
      columns
        .selectFrom('aitoys_rollup_groups')
        .select(({ fn }) => fn.max('id').as('last'))
        .as('last_group'),
    ])
    .execute(abort);
  const [first, ...others] = z.array(headSchema).parse(rows);
  if (first?.format !== rollupFormat) {
    return null;
  }
  return {
    watermark: first.watermark,
    auditedAt: first.audited_at,
    openBlock: first.open_block,
    generation: first.generation,
    lastGroup: first.last_group ?? 0,
    days: new Map(
      [first, ...others].flatMap(({ day, day_generation }) =>
        day === null ? [] : [[day, day_generation ?? 0] as const]
      )
    ),
  };
}

function lookUp(cache: PageCache, { tier, page }: PageKey, head: Head, request: ReadRequest): PageSet | undefined {
  const kept = cache.get(tier, page);
  const isCurrent =
    kept?.generation === generationOf({ tier, page }, head) &&
    (kept.latency || !request.latency) &&
    (kept.cost || !request.cost);
  return isCurrent ? kept : undefined;
}

/** That of the last change of its days. */
function generationOf({ tier, page }: PageKey, { days }: Head): number {
  let generation = 0;
  for (let day = Math.floor(page / daySeconds); day * daySeconds < page + tier.pageSeconds; day += 1) {
    generation = Math.max(generation, days.get(day) ?? 0);
  }
  return generation;
}

/** The pages that hold cells of the stretches. */
function keysOf(stretches: readonly Stretch[]): PageKey[] {
  const keys = new Map<string, PageKey>();
  for (const { tier, from, to } of stretches) {
    for (let page = pageOf(tier, from); page < to; page += tier.pageSeconds) {
      keys.set(keyText({ tier, page }), { tier, page });
    }
  }
  return [...keys.values()];
}

function keyText({ tier, page }: PageKey): string {
  return `${tier.name} ${String(page)}`;
}

/** Reads the pages of all blocks but the open one, of the groups with these ids, or of all. */
async function readPages(
  db: ReadonlyKysely<StateTables>,
  keys: readonly PageKey[],
  openBlock: number | null,
  ids: readonly number[] | null,
  groups: ReadonlyMap<number, Group>,
  request: ReadRequest,
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
    .$if(request.latency, (select) => select.select('latency'))
    .$if(request.cost, (select) => select.select('cost'))
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
      found.get(key)?.push({ ...key, group, partials, latency, cost, decoded: null });
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

async function readOpen(
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
    }));
}
