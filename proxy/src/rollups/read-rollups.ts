import type { AbortableQueryOptions } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { databaseError } from '../database/errors.ts';
import { isStateMigrated } from '../database/migrate.ts';
import { abortable, type Database, readOnly } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import { createInFlight } from '../in-flight.ts';
import type { Group } from './content.ts';
import { createGroupNames } from './group-names.ts';
import { keysOf, keyText, type PageKey, type Stretch } from './page-keys.ts';
import { daysOf, generationOf, type Head, readHead } from './rollup-head.ts';
import type { MergedGroup, PageSet, RollupCache } from './rollup-cache.ts';
import type { RollupPage } from './rollup-page.ts';
import { type NeededSketches, readOpen, readPages } from './select-pages.ts';

export interface ReadRequest extends NeededSketches {
  stretches: readonly Stretch[];
  wants: (group: Group) => boolean;
  /** Told before the pages are read, and once: calls above it may be read meanwhile. Not without rollups. */
  onWatermark: (watermark: bigint | null) => void;
}

/** What the rollups had at one moment. */
export interface RolledUp extends Pick<Head, 'watermark' | 'auditedAt'> {
  /** For each stretch the pages that hold its cells, and the generation of the last change of one of them. */
  sealed: { pages: RollupPage[]; generation: number }[];
  /** Pages of the base tier with the newest calls, which no other page has. */
  open: RollupPage[];
}

export interface RollupReader {
  /** Reads pages as of one moment; null where there are no rollups to read. Throws as queries do. */
  read: (request: ReadRequest, signal: AbortSignal) => Promise<RolledUp | null>;
  /**
   * What the pages of a window come to: what is kept of it, or what `merge` says; it may be added to. `asked`: all that it
   * depends on, apart from the pages; `generations`: theirs.
   */
  merged: (asked: string, generations: string, merge: () => Promise<MergedGroup[]>) => Promise<MergedGroup[]>;
}

export interface RollupReaderOptions {
  /** Null: every page is read anew. */
  cache: RollupCache | null;
  /** Told for every page that a question needs, and for what its windows' pages come to, whether it was in the cache. */
  onLookUp: (what: 'pages' | 'partials', hit: boolean) => void;
}

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
    const head = await readHead(db, daysOf(request.stretches), abort);
    if (head === null) {
      return null;
    }
    request.onWatermark(head.watermark);
    const groups = await names.upTo(db, head.lastGroup, abort);
    const wanted = [...groups].filter(([, group]) => request.wants(group)).map(([id]) => id);
    // Where a question is about few of many groups, all the others would be read for it.
    const cache = 4 * wanted.length < groups.size ? null : options.cache;
    const sets = new Map<string, PageSet>();
    const missing: PageKey[] = [];
    for (const key of keysOf(request.stretches)) {
      const kept = cache === null ? undefined : lookUp(cache, key, head, request);
      options.onLookUp('pages', kept !== undefined);
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
      cache?.putPages(key, set);
    }
    if (open?.generation !== head.generation) {
      open = { generation: head.generation, pages: await readOpen(db, head.openBlock, groups, abort) };
    }
    return answer(request, head, sets, open.pages);
  };

  /** What the cache alone answers; undefined where something is missing. */
  const readKept = async (
    cache: RollupCache,
    request: ReadRequest,
    signal: AbortSignal
  ): Promise<RolledUp | null | undefined> => {
    // The panels of a dashboard ask at the same moment.
    const days = daysOf(request.stretches);
    const head = await heads.share(JSON.stringify(days), signal, async (shared) =>
      readHead(readOnly(database), days, await abortable(database, shared))
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
    request.onWatermark(head.watermark);
    for (let count = sets.size; count > 0; count -= 1) {
      options.onLookUp('pages', true);
    }
    return answer(request, head, sets, open.pages);
  };

  const readFreshly = async (request: ReadRequest, signal: AbortSignal): Promise<RolledUp | null> => {
    const abort = await abortable(database, signal);
    // All sessions read repeatably.
    return database.kysely
      .transaction()
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
    merged: async (asked, generations, merge) => {
      const { cache } = options;
      if (cache === null) {
        return merge();
      }
      const kept = cache.getMerged(asked, generations);
      options.onLookUp('partials', kept !== undefined);
      if (kept !== undefined) {
        return kept;
      }
      const groups = await merge();
      cache.putMerged(asked, generations, groups);
      return groups;
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
    sealed: request.stretches.map((stretch) => {
      const keys = keysOf([stretch]);
      return {
        pages: keys.flatMap((key) => (sets.get(keyText(key))?.pages ?? []).filter(wants)),
        generation: Math.max(0, ...keys.map((key) => generationOf(key, head))),
      };
    }),
    open: open.filter(wants),
  };
}

function lookUp(cache: RollupCache, key: PageKey, head: Head, request: ReadRequest): PageSet | undefined {
  const kept = cache.getPages(key);
  const isCurrent =
    kept?.generation === generationOf(key, head) && (kept.latency || !request.latency) && (kept.cost || !request.cost);
  return isCurrent ? kept : undefined;
}
