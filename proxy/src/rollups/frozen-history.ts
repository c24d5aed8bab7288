import type { AuditRules } from './audit.ts';
import { rollupFormat } from './page-codec.ts';
import type { RollupWork } from './rollup-work.ts';
import { readState } from './state.ts';

/** What somebody writes in the place of the format who wants rollups to be made anew, whatever is lost. */
const begunAnew = '';

/** Rollups in another format can't be read, and what is frozen in them may be nowhere else. */
export class FrozenHistoryError extends Error {
  constructor() {
    super(
      'They are of another version of the proxy, and what ROLLUP_FREEZE_AFTER_DAYS kept in them may be nowhere else: they stay ' +
        'as they are, and questions read rows. Section 12 of docs/contract.md says how to have new ones'
    );
    this.name = 'FrozenHistoryError';
  }
}

/** Throws a FrozenHistoryError where making rollups anew would destroy what is frozen. */
export async function keepFrozenHistory(
  { state, source }: Pick<RollupWork, 'state' | 'source'>,
  { keepBefore }: Pick<AuditRules, 'keepBefore'>
): Promise<void> {
  const format = (await readState(state))?.format ?? begunAnew;
  if (format !== begunAnew && format !== rollupFormat && keepBefore(source.startTimeZone) !== null) {
    throw new FrozenHistoryError();
  }
}
