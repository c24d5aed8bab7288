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
import { daysOf, generationOf, type Head, readGeneration, readHead } from './rollup-head.ts';
import type { MergedGroup, PageSet, RollupCache } from './rollup-cache.ts';
import type { RollupPage } from './rollup-page.ts';
import { type NeededSketches, readOpen, readPages } from './select-pages.ts';

export interface ReadRequest extends NeededSketches {
  stretches: readonly Stretch[];
  wants: (group: Group) => boolean;
  /** Told before the pages are read: calls above it may be read meanwhile. The last one counts. Not without rollups. */
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

/** What was read, at a generation. */
interface Fresh {
  rolledUp: RolledUp;
  generation: number;
  /** To be called if all of it is of one moment. */
  keep: () => void;
}

/**
 * Reads rollups for questions. Pages are kept as long as their days' generations are the same; what was changed since, and
 * the pages of the open block, are read as of one moment together with the watermark.
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
  ): Promise<Fresh | null> => {
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
    const read = await readPages(db, missing, head.openBlock, ids, groups, request, abort);
    for (const [key, pages] of read) {
      const { latency, cost } = request;
      sets.set(keyText(key), { generation: generationOf(key, head), pages, latency, cost });
    }
    const { generation } = head;
    const opened =
      open?.generation === generation ? open : { generation, pages: await readOpen(db, head.openBlock, groups, abort) };
    return {
      rolledUp: answer(request, head, sets, opened.pages),
      generation,
      keep: () => {
        open = opened;
        for (const key of read.keys()) {
          const set = sets.get(keyText(key));
          if (set !== undefined) {
            cache?.putPages(key, set);
          }
        }
      },
    };
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

  /** Of one moment, if nothing was written meanwhile. */
  const readQuickly = (request: ReadRequest, abort: AbortableQueryOptions): Promise<Fresh | null> =>
    database.kysely.connection().execute(async (connection) => {
      const db = connection as unknown as ReadonlyKysely<StateTables>;
      const fresh = await readFresh(db, request, abort);
      return fresh?.generation === (await readGeneration(db, abort)) ? fresh : null;
    });

  const readInTransaction = (request: ReadRequest, abort: AbortableQueryOptions): Promise<Fresh | null> =>
    database.kysely
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((transaction) => readFresh(transaction as unknown as ReadonlyKysely<StateTables>, request, abort));

  const readFreshly = async (request: ReadRequest, signal: AbortSignal): Promise<RolledUp | null> => {
    const abort = await abortable(database, signal);
    // A transaction takes two statements more.
    const fresh = (await readQuickly(request, abort)) ?? (await readInTransaction(request, abort));
    fresh?.keep();
    return fresh?.rolledUp ?? null;
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
