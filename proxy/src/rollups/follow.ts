import { databaseNow } from '../database/database-now.ts';
import { type AuditRules, buildAnew, differsFromRows, markAllDue, markDueAbove } from './audit.ts';
import type { Content } from './content.ts';
import { rollupFormat } from './page-codec.ts';
import { endOfBlock, readCalls, readMaxId } from './read-calls.ts';
import type { RollupWork } from './rollup-work.ts';
import { countPages, readOpenBlock, readState } from './state.ts';
import { createSettledIds } from './watermark.ts';

export interface FollowSizes {
  /** Calls that are put into rollups in one step at most: what is known of them is in memory meanwhile. */
  stepCalls: number;
  /** A block with so many calls is sealed: it grows no more. */
  blockCalls: number;
  /** So is one with so many pages, which are those of many hours where calls come late: every question reads all of them. */
  blockPages: number;
}

export const followSizes: FollowSizes = { stepCalls: 25_000, blockCalls: 200_000, blockPages: 2000 };

const longestOpenMs = 3_600_000;

export interface FollowStep {
  /** Calls that were put into rollups. */
  calls: number;
  /** Calls up to this id are in rollups now. */
  watermark: bigint | null;
  /** Of the table. */
  maxId: bigint | null;
  /** There are more to be put into rollups at once. */
  more: boolean;
  /** All calls whose time has come are in rollups. */
  caughtUp: boolean;
  /** All rollups were taken away, and why. */
  begunAnew: 'format' | 'emptied' | null;
}

export interface Follower {
  /** Puts the next calls into rollups, if there are any whose time has come. */
  followOnce: (work: RollupWork, signal: AbortSignal) => Promise<FollowStep>;
  /** Resolves when nothing is read any more; to be awaited after the signal of the last step was aborted. */
  settled: () => Promise<void>;
}

interface Portion {
  afterId: bigint | null;
  toId: bigint;
  content: Content;
  /** Calls after these may be put into rollups, too. */
  more: boolean;
}

/**
 * Puts calls into rollups in the order of their ids, as far as these are settled: `lagMs` after the table was seen to have
 * them, by a clock that only goes on. `keepBefore` is for calls that change while they are put into rollups: see AuditRules.
 */
export function createFollower(
  lagMs: number,
  monotonic: () => number,
  someSizes: Partial<FollowSizes> = {},
  keepBefore: AuditRules['keepBefore'] = () => null
): Follower {
  const sizes = { ...followSizes, ...someSizes };
  const settledIds = createSettledIds(lagMs);
  let lastMaxId: bigint | null | undefined;
  // While one portion is written, the next one is read: they are the work of two servers, or of two cores.
  let ahead: { afterId: bigint; portion: Promise<Portion> } | undefined;

  const nextPortion = async (work: RollupWork, watermark: bigint | null, signal: AbortSignal) => {
    const read = ahead;
    ahead = undefined;
    if (read !== undefined && read.afterId === watermark) {
      return read.portion;
    }
    const settled = settledIds.settledAt(monotonic());
    return settled === null || (watermark !== null && settled <= watermark)
      ? null
      : readPortion(work, watermark, settled, sizes, signal);
  };

  const readAhead = (work: RollupWork, { toId, more }: Portion, signal: AbortSignal) => {
    const settled = settledIds.settledAt(monotonic());
    if (more && settled !== null && settled > toId) {
      const portion = readPortion(work, toId, settled, sizes, signal);
      portion.catch(() => undefined);
      ahead = { afterId: toId, portion };
    }
  };

  const isCaughtUp = (watermark: bigint | null, maxId: bigint | null) => {
    const settled = settledIds.settledAt(monotonic());
    return maxId === null || (settled !== null && watermark !== null && watermark >= settled);
  };

  const noticeDeletions = async (work: RollupWork, watermark: bigint | null, maxId: bigint | null) => {
    const before = lastMaxId;
    lastMaxId = maxId;
    if (watermark === null || (maxId !== null && maxId >= watermark) || before === maxId) {
      return;
    }
    // Calls that were in rollups are gone, and new ones may be given their ids.
    if (maxId === null || before === undefined || before === null || before >= watermark) {
      await markAllDue(work.state);
    } else {
      await markDueAbove(work.state, before < maxId ? before : maxId);
    }
  };

  return {
    followOnce: async (work, signal) => {
      const maxId = await readMaxId(work.metrics, signal);
      settledIds.observe(monotonic(), maxId);
      const state = await readState(work.state);
      if (state?.format !== rollupFormat) {
        await work.writer.reset();
        return {
          calls: 0,
          watermark: null,
          maxId,
          more: true,
          caughtUp: false,
          begunAnew: state === null ? null : 'format',
        };
      }
      if (maxId === null && state.watermark !== null && keepBefore(work.source.startTimeZone) === null) {
        // The next calls may be given any ids.
        await work.writer.reset();
        return { calls: 0, watermark: null, maxId, more: false, caughtUp: true, begunAnew: 'emptied' };
      }
      await noticeDeletions(work, state.watermark, maxId);
      const portion = await nextPortion(work, state.watermark, signal);
      signal.throwIfAborted();
      if (portion !== null) {
        readAhead(work, portion, signal);
        await work.writer.append(portion.content, portion);
        await takeChanges(work, portion, { keepBefore }, signal);
      }
      await sealIfGrown(work, sizes);
      const watermark = portion?.toId ?? state.watermark;
      return {
        calls: portion?.content.calls ?? 0,
        watermark,
        maxId,
        more: portion?.more ?? false,
        caughtUp: isCaughtUp(watermark, maxId),
        begunAnew: null,
      };
    },
    settled: async () => {
      await ahead?.portion.catch(() => undefined);
      ahead = undefined;
    },
  };
}

async function readPortion(
  { metrics, source }: RollupWork,
  afterId: bigint | null,
  settled: bigint,
  { stepCalls }: FollowSizes,
  signal: AbortSignal
): Promise<Portion> {
  const end = await endOfBlock(metrics, afterId, stepCalls, signal);
  const more = end !== null && end < settled;
  const toId = more ? end : settled;
  return { afterId, toId, content: await readCalls(metrics, source, { afterId, toId }, signal), more };
}

/** What was changed after a portion was read, and before it was in rollups, is nothing that anybody would look for soon. */
async function takeChanges(
  work: RollupWork,
  { afterId, toId, content: { calls, checksum } }: Portion,
  rules: Pick<AuditRules, 'keepBefore'>,
  signal: AbortSignal
): Promise<void> {
  if (await differsFromRows(work, { afterId, toId, calls, checksum }, signal)) {
    const open = await readOpenBlock(work.state);
    if (open !== null) {
      await buildAnew(work, open, rules, signal);
    }
  }
}

/** Seals the open block when it is large or old enough. */
async function sealIfGrown({ state, writer }: RollupWork, { blockCalls, blockPages }: FollowSizes): Promise<void> {
  const open = await readOpenBlock(state);
  if (open === null) {
    return;
  }
  const isOld = async () => (await databaseNow(state)) - open.builtAt >= longestOpenMs;
  const hasManyPages = async () => (await countPages(state, open.id)) >= blockPages;
  if (open.calls >= blockCalls || (await isOld()) || (await hasManyPages())) {
    await writer.seal();
  }
}
