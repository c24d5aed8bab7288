import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { isStateMigrated } from '../database/migrate.ts';
import type { Logger } from '../logger.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { markAllDue, markOpenDue } from './audit.ts';
import { auditRules } from './audit-rules.ts';
import { createBackgroundLoop } from './background-loop.ts';
import { build, type BuildRules } from './build.ts';
import { createFailureLog } from './failure-log.ts';
import { FrozenHistoryError } from './frozen-history.ts';
import { type Lease, LeaseLostError, releaseLease, takeLease } from './lease.ts';
import { nameOfThisProcess, renewEveryMs, renewLease } from './renew-lease.ts';
import type { RollupDatabases } from './rollup-databases.ts';
import { type RollupStatus, startingStatus } from './status.ts';
import { createUsableSource } from './usable-source.ts';
import { createRollupWriter } from './write-rollups.ts';

/** In ms. */
export interface BuilderTiming {
  /** For proxies that don't have the lease. */
  tryEvery: number;
  renewEvery: number;
  followEvery: number;
}

// A lease lasts 10 s: another proxy takes over 12 s after the holder died at the latest.
const builderTiming: BuilderTiming = { tryEvery: 2000, renewEvery: renewEveryMs, followEvery: 2000 };
const lookAgainMs = 60_000;

export interface RollupBuilderDependencies {
  config: Pick<
    Config,
    'METRICS_ID_ORDER' | 'METRICS_TIMEZONE' | 'ROLLUP_LAG_SECONDS' | 'ROLLUP_AUDIT_HOURS' | 'ROLLUP_FREEZE_AFTER_DAYS'
  >;
  clock: Clock;
  log: Logger;
  telemetry: BuilderTelemetry;
  databases: RollupDatabases;
  /** Told of each new status. */
  onStatus?: (status: RollupStatus) => void;
}

export type BuilderTelemetry = Pick<Telemetry, 'buildingRollups' | 'callsRolledUp' | 'blockAudited'>;

export interface RollupBuilder {
  start: () => void;
  /** Ends what is under way and lets another proxy go on. */
  stop: () => Promise<void>;
  status: () => RollupStatus;
}

/**
 * Builds rollups in the background, unless another proxy does: then it waits to take over. What fails is tried again;
 * questions are answered meanwhile, from rows.
 */
export function createRollupBuilder(
  { config, clock, log, telemetry, databases, onStatus }: RollupBuilderDependencies,
  timing = builderTiming
): RollupBuilder {
  const holder = nameOfThisProcess();
  const usableSource = createUsableSource(databases, config, clock);
  const rules: BuildRules = {
    ...auditRules(config, clock),
    lagMs: config.ROLLUP_LAG_SECONDS * 1000,
    followEveryMs: timing.followEvery,
    monotonic: () => performance.now(),
  };
  const failures = createFailureLog(log);
  let status = startingStatus;
  let isMigrated = false;
  let isFirstHold = true;

  const say = (next: RollupStatus): void => {
    status = next;
    onStatus?.(next);
  };

  const hold = async (lease: Lease): Promise<void> => {
    const held = new AbortController();
    const stopRenewing = renewLease(databases.state, lease, timing.renewEvery, () => held.abort(new LeaseLostError()));
    const signal = AbortSignal.any([loop.signal, held.signal]);
    const writer = createRollupWriter(databases.state, lease);
    const work = async () => {
      const usable = await usableSource();
      return 'source' in usable ? { ...databases, source: usable.source, writer } : null;
    };
    const onStep = (step: RollupStatus) => {
      say(step);
      failures.worked();
    };
    telemetry.buildingRollups(true);
    try {
      if (isFirstHold) {
        // Nobody knows what became of the rows, or of DATABASE_URL, while no proxy ran.
        await markAllDue(databases.state);
        isFirstHold = false;
      } else {
        // Whoever built until now may have ended before it looked for changes of the calls that it had just added.
        await markOpenDue(databases.state);
      }
      await build(work, rules, { log, telemetry, onStep }, signal);
    } catch (error) {
      // Whatever was cut off by it says so in its own way.
      throw held.signal.aborted ? held.signal.reason : error;
    } finally {
      telemetry.buildingRollups(false);
      stopRenewing();
      // Where it can't be given back it ends by itself.
      await releaseLease(databases.state, lease).catch(() => undefined);
    }
  };

  /** Returns how long to wait before the next attempt, in ms. */
  const attempt = async (): Promise<number> => {
    isMigrated ||= await isStateMigrated(databases.state);
    if (!isMigrated) {
      say({ state: 'waiting', reason: "The proxy's own tables are missing or out of date: run npm run migrate" });
      return timing.tryEvery;
    }
    const usable = await usableSource();
    if ('obstacle' in usable) {
      say({ state: 'off', reason: usable.obstacle });
      return lookAgainMs;
    }
    const lease = await takeLease(databases.state, holder);
    if (lease === null) {
      say({ state: 'waiting', reason: 'Another proxy builds them' });
      return timing.tryEvery;
    }
    if (!failures.isFailing()) {
      log.info({ event: 'rollups_lease_taken', holder }, 'This proxy builds the rollups from now on');
    }
    await hold(lease);
    return 0;
  };

  const loop = createBackgroundLoop(() =>
    attempt().catch((error: unknown) => {
      if (loop.signal.aborted) {
        return 0;
      }
      if (error instanceof LeaseLostError) {
        log.warn({ event: 'rollups_lease_lost' }, 'Another proxy builds the rollups now');
        return timing.tryEvery;
      }
      const reason = error instanceof FrozenHistoryError ? error.message : 'They could not be built: the log says why';
      say({ state: 'waiting', reason });
      return failures.failed(error);
    })
  );

  return { start: loop.start, stop: loop.stop, status: () => status };
}
