import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { auditOnce, type AuditRules } from './audit.ts';
import { type BuildProgress, createBuildProgress } from './build-progress.ts';
import { createFollower, followSizes } from './follow.ts';
import { keepFrozenHistory } from './frozen-history.ts';
import { endOfBlock, readMaxId } from './read-calls.ts';
import { createRebuiltLog } from './rebuilt-log.ts';
import { readPosition } from './read-position.ts';
import type { RollupWork } from './rollup-work.ts';

export interface BuildRules extends AuditRules {
  lagMs: number;
  /** How often it looks for new calls, in ms. */
  followEveryMs: number;
  /** ms of a clock that only goes on. */
  monotonic: () => number;
}

export interface BuildReport {
  log: Logger;
  telemetry: Pick<Telemetry, 'callsRolledUp' | 'blockAudited'>;
  /** Told whenever a step is done. */
  onStep: (status: ReturnType<BuildProgress['status']>) => void;
}

/**
 * Builds rollups for as long as this proxy has the lease: puts calls that are there already into them, then new ones as
 * they come, and compares blocks with their rows in between. Ends when `signal` aborts, by throwing its reason, or when
 * `work` says that there is nothing more to work with.
 */
export async function build(
  work: () => Promise<RollupWork | null>,
  rules: BuildRules,
  { log, telemetry, onStep }: BuildReport,
  signal: AbortSignal
): Promise<void> {
  const { monotonic } = rules;
  const end = new AbortController();
  const working = AbortSignal.any([signal, end.signal]);
  const follower = createFollower(rules.lagMs, monotonic, {}, rules.keepBefore);
  const rebuilt = createRebuiltLog(log, monotonic);
  let progress: BuildProgress | undefined;

  const follow = async (current: RollupWork) => {
    if (progress === undefined) {
      await keepFrozenHistory(current, rules);
      progress = await startProgress(current, log, monotonic, working);
    }
    const step = await follower.followOnce(current, working);
    telemetry.callsRolledUp(step.calls);
    progress.update(await readPosition(current, step.maxId, working));
    if (step.caughtUp) {
      progress.caughtUp();
    }
    onStep(progress.status());
    if (step.begunAnew !== null) {
      log.warn({ event: 'rollups_begun_anew', because: step.begunAnew }, 'All rollups are made anew');
      progress = undefined;
    }
    return step;
  };

  const auditUntil = async (current: RollupWork, deadline: number) => {
    for (let begun = monotonic(); begun < deadline; begun = monotonic()) {
      const audited = await auditOnce(current, rules, working);
      if (audited !== null) {
        telemetry.blockAudited(audited.differed);
      }
      rebuilt.note(audited);
      const left = deadline - monotonic();
      // As long as it took, so that audits leave at least half of a processor to questions.
      const rest = audited === null ? left : Math.min(left, monotonic() - begun);
      await pause(Math.max(0, rest), undefined, { signal });
    }
  };

  try {
    for (let current = await work(); current !== null; current = await work()) {
      const deadline = monotonic() + rules.followEveryMs;
      const { more } = await follow(current);
      if (!more) {
        await auditUntil(current, deadline);
      }
      signal.throwIfAborted();
    }
  } finally {
    end.abort();
    await follower.settled();
  }
}

async function startProgress(
  work: RollupWork,
  log: Logger,
  monotonic: () => number,
  signal: AbortSignal
): Promise<BuildProgress> {
  const position = await readPosition(work, await readMaxId(work.metrics, signal), signal);
  const isMuch = (await endOfBlock(work.metrics, position.watermark, followSizes.stepCalls, signal)) !== null;
  return createBuildProgress(log, monotonic, position, isMuch);
}
