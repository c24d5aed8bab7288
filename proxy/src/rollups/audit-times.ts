import { offsetSpans } from '../time/time-zone.ts';

const soonestMs = 60_000;

/**
 * When a block is compared with its rows again, in ms since 1970: often while it is young, as rows are mostly changed soon
 * after they were written, then at half its age, and at least every `auditEveryMs`.
 */
export function auditDueAt(builtAt: number, now: number, auditEveryMs: number): number {
  return now + Math.min(Math.max(soonestMs, Math.floor((now - builtAt) / 2)), auditEveryMs);
}

/** An instant (ms since 1970) as a stored time of a zone, in seconds since 1970 read as if it were UTC. */
export function storedSeconds(zone: string, instant: number): number {
  const [span] = offsetSpans(zone, instant, instant + 1);
  return Math.floor((instant + (span?.offset ?? 0)) / 1000);
}
