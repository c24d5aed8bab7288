import type { Logger } from '../logger.ts';
import type { Audited } from './audit.ts';

const collectMs = 10_000;
const namedBlocks = 20;
const youngMs = 3_600_000;

/** Logs which blocks were built anew: together, as one change of the table may touch all of them. */
export interface RebuiltLog {
  /** Null: there was no block to be compared. */
  note: (audited: Audited | null) => void;
}

export function createRebuiltLog(log: Logger, monotonic: () => number): RebuiltLog {
  let since = 0;
  let rebuilt: Audited[] = [];
  const write = () => {
    const blocks = rebuilt.map(({ block }) => block.id);
    // Calls that are completed a while after they were written are nothing to worry about.
    const level = rebuilt.some(({ ageMs }) => ageMs > youngMs) ? 'warn' : 'info';
    log[level](
      { event: 'rollups_rebuilt', count: blocks.length, blocks: blocks.slice(0, namedBlocks) },
      'Rows that were in rollups had changed: these blocks were built anew'
    );
    rebuilt = [];
  };
  return {
    note: (audited) => {
      if (audited?.differed === true) {
        since = rebuilt.length === 0 ? monotonic() : since;
        rebuilt.push(audited);
      }
      if (rebuilt.length > 0 && (audited === null || monotonic() - since >= collectMs)) {
        write();
      }
    },
  };
}
