import type { Logger } from '../logger.ts';
import type { BuildingStatus } from './status.ts';

const linesEveryMs = 10_000;

/** How far the table is in rollups. */
export interface BuildPosition {
  watermark: bigint | null;
  /** Of the table. */
  firstId: bigint | null;
  maxId: bigint | null;
  /** As the server estimates it, until it can be told from what is done. */
  rowsEstimate: number;
  blocks: number;
  calls: number;
  auditedAt: number | null;
}

/** Tells status and log how building goes on. */
export interface BuildProgress {
  status: () => BuildingStatus;
  update: (position: BuildPosition) => void;
  /** All calls that were there are in rollups: from now on new ones are followed. */
  caughtUp: () => void;
}

/** `filling`: so many calls are waiting that it takes a while. */
export function createBuildProgress(
  log: Logger,
  monotonic: () => number,
  start: BuildPosition,
  filling: boolean
): BuildProgress {
  const startedAt = monotonic();
  let isFilling = filling;
  let position = start;
  let lastLine = { at: startedAt, percent: 0 };
  const seconds = () => (monotonic() - startedAt) / 1000;

  const status = (): BuildingStatus => {
    const percent = percentOf(position);
    const rate = isFilling && seconds() > 0 ? (position.calls - start.calls) / seconds() : null;
    return {
      state: isFilling ? 'filling' : 'following',
      watermark: position.watermark?.toString() ?? null,
      blocks: position.blocks,
      calls: position.calls,
      calls_estimate: percent === 0 ? position.rowsEstimate : Math.round((position.calls * 100) / percent),
      percent: Math.floor(percent * 10) / 10,
      calls_per_second: rate === null ? null : Math.round(rate),
      audited_at: position.auditedAt,
    };
  };

  const logProgress = () => {
    const { calls, calls_estimate, percent, calls_per_second } = status();
    const isTime = monotonic() - lastLine.at >= linesEveryMs;
    if (!isTime || Math.floor(percent) === lastLine.percent) {
      return;
    }
    lastLine = { at: monotonic(), percent: Math.floor(percent) };
    const secondsLeft = calls_per_second ? Math.round((calls_estimate - calls) / calls_per_second) : null;
    log.info({ event: 'rollups_filling', calls, calls_estimate, percent, calls_per_second, seconds_left: secondsLeft });
  };

  if (filling) {
    log.info({ event: 'rollups_fill_started', ...status() }, 'Calls that are there already are put into rollups');
  }
  return {
    status,
    update: (now) => {
      position = now;
      if (isFilling) {
        logProgress();
      }
    },
    caughtUp: () => {
      if (isFilling) {
        const { calls, blocks } = position;
        log.info({ event: 'rollups_filled', calls, blocks, seconds: Math.round(seconds()) });
      }
      isFilling = false;
    },
  };
}

/** By ids, which are mostly without large gaps: the number of rows is only known by counting them. */
function percentOf({ watermark, firstId, maxId }: BuildPosition): number {
  if (watermark === null || firstId === null || maxId === null) {
    return 0;
  }
  const all = Number(maxId - firstId) + 1;
  const done = Number(watermark - firstId) + 1;
  return Math.min(100, Math.max(0, (100 * done) / all));
}
