import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

export interface Refusal {
  /** What the caller was told. */
  reason: string;
  caller: string | undefined;
  user_id: string | undefined;
  client: string;
  request_id: string;
}

// A dashboard asks again every few seconds.
const quietMs = 60_000;
const maxKnown = 10_000;

export type LogRefusal = (refusal: Refusal) => void;

/** Writes to the audit log who was refused, once a minute for the same reason, caller, user and address. */
export function createRefusalLog(auditLog: Logger, clock: Clock): LogRefusal {
  const known = new LRUCache<string, true>({ max: maxKnown, ttl: quietMs, ttlResolution: 0, perf: { now: clock } });
  return (refusal) => {
    const { reason, caller, user_id, client } = refusal;
    const key = JSON.stringify([reason, caller, user_id, client]);
    if (!known.has(key)) {
      known.set(key, true);
      auditLog.warn({ event: 'access_refused', ...refusal });
    }
  };
}
