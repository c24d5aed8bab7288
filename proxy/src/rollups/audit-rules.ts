import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { AuditRules } from './audit.ts';
import { storedSeconds } from './audit-times.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How blocks are compared with their rows, by the settings. */
export function auditRules(
  {
    ROLLUP_AUDIT_HOURS: hours,
    ROLLUP_FREEZE_AFTER_DAYS: days,
  }: Pick<Config, 'ROLLUP_AUDIT_HOURS' | 'ROLLUP_FREEZE_AFTER_DAYS'>,
  clock: Clock
): AuditRules {
  return {
    auditEveryMs: hours * hourMs,
    keepBefore: (zone) => (days === undefined ? null : storedSeconds(zone, clock() - days * dayMs)),
  };
}
