import { auditOnce, markAllDue } from '../../../src/rollups/audit.ts';
import { createFollower } from '../../../src/rollups/follow.ts';
import { type Lease, LeaseLostError, takeLease } from '../../../src/rollups/lease.ts';
import type { RollupDatabases } from '../../../src/rollups/rollup-databases.ts';
import { readOpenBlock, readState } from '../../../src/rollups/state.ts';
import { createRollupWriter } from '../../../src/rollups/write-rollups.ts';
import type { MetricsSource } from '../../../src/database/metrics-source.ts';
import type { Work } from './steps.ts';

export interface BuilderOptions {
  holder: string;
  lagSeconds: number;
  /** The clock that the lag is measured by. */
  seconds: () => number;
  stepCalls: number;
  blockCalls: number;
}

/** The builder of a proxy, without timers: it does what it is told, if it has the lease or can take it. */
export interface BuilderUnderTest {
  /** Returns whether it could. */
  work: (work: Work) => Promise<boolean>;
}

const auditEveryMs = 86_400_000;

export function createBuilder(
  databases: RollupDatabases & { source: MetricsSource },
  { holder, lagSeconds, seconds, ...sizes }: BuilderOptions
): BuilderUnderTest {
  const signal = new AbortController().signal;
  const rules = { auditEveryMs, keepBefore: () => null };
  let lease: Lease | null = null;
  let follower = createFollower(lagSeconds * 1000, () => seconds() * 1000, sizes);

  const doWork = async (held: Lease, work: Work): Promise<void> => {
    const writer = createRollupWriter(databases.state, held);
    const current = { ...databases, writer };
    switch (work) {
      case 'follow':
        while ((await follower.followOnce(current, signal)).more) {
          // Until nothing more is settled.
        }
        return;
      case 'seal':
        if ((await readOpenBlock(databases.state)) !== null) {
          await writer.seal();
        }
        return;
      case 'audit all':
        await markAllDue(databases.state);
        return doWork(held, 'audit due');
      case 'audit due':
        while ((await auditOnce(current, rules, signal)) !== null) {
          // Until none is due.
        }
        return;
      case 'begin anew':
        if ((await readState(databases.state)) !== null) {
          await writer.reset();
        }
        return;
      default:
        return work satisfies never;
    }
  };
  return {
    work: async (work) => {
      // Not renewed on purpose: who lost the lease without knowing must not get to write.
      lease ??= await takeLease(databases.state, holder);
      if (lease === null) {
        return false;
      }
      try {
        await doWork(lease, work);
        return true;
      } catch (error) {
        if (!(error instanceof LeaseLostError) && !isDeadlock(error)) {
          throw error;
        }
        // As a proxy does: it begins anew when it has the lease again.
        lease = null;
        await follower.settled();
        follower = createFollower(lagSeconds * 1000, () => seconds() * 1000, sizes);
        return false;
      }
    },
  };
}

/** What marks blocks as due needs no lease, and may get in the way of who has it. */
function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ER_LOCK_DEADLOCK';
}
