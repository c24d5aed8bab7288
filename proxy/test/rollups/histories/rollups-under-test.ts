import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { MetricsSource } from '../../../src/database/metrics-source.ts';
import { type Database, openDatabase } from '../../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../../src/database/tables.ts';
import { createRollupReader, type RollupReader } from '../../../src/rollups/read-rollups.ts';
import { createRollupCache } from '../../../src/rollups/rollup-cache.ts';
import { readState } from '../../../src/rollups/state.ts';
import { ask } from './ask.ts';
import { type BuilderSeat, type DatabaseUrls, openSeat } from './builder-seat.ts';
import type { ProcessTask } from './builder-process.ts';
import type { History } from './history.ts';
import { whileDying, whileHeld } from './interrupt.ts';
import type { RollupsUnderTest } from './play-history.ts';
import type { Shape } from './shapes.ts';
import type { RollupStep } from './steps.ts';
import { checkStored } from './stored-rollups.ts';
import { openStoredTimes } from './stored-times.ts';
import { openLink } from './watched-link.ts';

export interface OpenRollups {
  /** Empty ones, and builders that know nothing yet. */
  prepare: (history: History) => Promise<RollupsUnderTest>;
  close: () => Promise<void>;
}

export interface RollupSettings {
  shape: Shape;
  lagSeconds: number;
  urls: DatabaseUrls;
  /** Ways to the databases that nothing happens to. */
  metrics: Database<MetricsTables>;
  state: Database<StateTables>;
  source: MetricsSource;
}

type Crash = Extract<RollupStep, { does: 'crash' }>;

const leaseSeconds = 10;
const patienceMs = 200;
/** The rollups of two proxies: each can build them, and one answers. */
export async function openRollups(settings: RollupSettings): Promise<OpenRollups> {
  const { urls, metrics, state, source, lagSeconds } = settings;
  const seats: [BuilderSeat, BuilderSeat] = [await openSeat(urls, source), await openSeat(urls, source)];
  const times = await openStoredTimes(urls.state);
  const readerLink = await openLink(urls.metrics);
  const options = { poolSize: 2, statementTimeoutSeconds: 20 };
  const readers = {
    metrics: openDatabase<MetricsTables>(readerLink.through(urls.metrics), options),
    state: openDatabase<StateTables>(readerLink.through(urls.state), options),
  };

  const running = new Set<ChildProcess>();

  const prepare = async ({ place, stepCalls, blockCalls, cache }: History): Promise<RollupsUnderTest> => {
    await times.empty();
    let seconds = 0;
    const sizes = { stepCalls, blockCalls };
    const builderOptions = (holder: string) => ({ holder, lagSeconds, seconds: () => seconds, ...sizes });
    for (const [number, seat] of seats.entries()) {
      seat.renew(builderOptions(String(number)));
    }
    const rollups: RollupReader = createRollupReader(readers.state, {
      cache: cache === 0 ? null : createRollupCache(cache),
      onLookUp: () => undefined,
    });

    const passTime = async (passed: number) => {
      seconds += passed;
      await times.pass(passed);
    };
    const seatOf = (number: number) => seats[number % seats.length] as BuilderSeat;

    const makeReady = async ({ builder, ready }: { builder: number; ready: boolean }) => {
      if (ready) {
        await times.letLeaseExpire();
        await seatOf(builder).builder().work('follow');
        await passTime(lagSeconds);
      }
    };
    const breakBuilder = async ({ builder, work, statement, fault }: Crash) => {
      const seat = seatOf(builder);
      if (await whileDying(seat.link(), statement, fault, () => seat.builder().work(work))) {
        await seat.replace(builderOptions(String(builder)));
      }
    };
    const killProcess = async ({ work, statement, fault }: Crash) => {
      const link = await openLink(urls.metrics);
      const child = startProcess({
        urls: { metrics: link.through(urls.metrics), state: link.through(urls.state) },
        metricsTimezone: settings.shape.metricsTimezone,
        lagSeconds,
        ...sizes,
        work,
      });
      running.add(child);
      void link.breakAt(statement, fault, () => child.kill('SIGKILL'));
      const [code] = (await once(child, 'exit')) as [number | null];
      running.delete(child);
      await link.close();
      if (code !== null && code !== 0) {
        throw new Error(`the process of a builder ended with ${String(code)}`);
      }
    };

    const play = async (step: RollupStep, meanwhile: () => Promise<void>): Promise<boolean> => {
      switch (step.does) {
        case 'wait':
          await passTime(step.seconds);
          return false;
        case 'catch up': {
          const builder = seatOf(step.builder).builder();
          await builder.work('follow');
          await passTime(lagSeconds + 1);
          await builder.work('follow');
          return false;
        }
        case 'work': {
          const worked = await seatOf(step.builder).builder().work(step.work);
          return worked && (step.work === 'audit all' || step.work === 'begin anew');
        }
        case 'crash':
          await makeReady(step);
          if (step.ownProcess) {
            await times.letLeaseExpire();
            await killProcess(step);
            seconds += lagSeconds;
          } else {
            await breakBuilder(step);
          }
          return false;
        case 'take over': {
          await makeReady(step);
          const [seat, other] = [seatOf(step.builder), seatOf(step.builder + 1)];
          let taking: Promise<boolean> | undefined;
          await whileHeld(
            seat.link(),
            step.statement,
            () => seat.builder().work(step.work),
            async () => {
              await times.letLeaseExpire();
              await meanwhile();
              taking = other.builder().work(step.other);
              // What waits for a transaction of the one that stopped waits until that one goes on.
              await Promise.race([taking, pause(patienceMs)]);
              await meanwhile();
            }
          ).finally(() => Promise.allSettled([taking]));
          await taking;
          return false;
        }
        case 'work during an answer':
          await makeReady(step);
          await whileHeld(readerLink, step.statement, meanwhile, async () => {
            await seatOf(step.builder).builder().work(step.work);
          });
          return false;
        case 'change during work': {
          await makeReady(step);
          const seat = seatOf(step.builder);
          await whileHeld(seat.link(), step.statement, () => seat.builder().work(step.work), meanwhile);
          return false;
        }
        default:
          return step satisfies never;
      }
    };

    const finish = async () => {
      await passTime(leaseSeconds + lagSeconds);
      const builder = seatOf(0).builder();
      for (const work of ['follow', 'follow', 'audit all'] as const) {
        if (!(await builder.work(work)) && !(await builder.work(work))) {
          throw new Error(`nobody could ${work}`);
        }
        await passTime(lagSeconds + 1);
      }
    };

    return {
      play,
      finish,
      answer: (question) => ask({ database: readers.metrics, source, rollups }, question, place),
      check: (promised) => checkStored({ metrics, state, source, exact: settings.shape.costStep !== null }, promised),
      watermark: async () => (await readState(state))?.watermark ?? null,
      seconds: () => seconds,
    };
  };
  return {
    prepare,
    close: async () => {
      // Of a history that was given up because its time was over.
      for (const child of running) {
        child.kill('SIGKILL');
      }
      await readerLink.close();
      await Promise.allSettled([
        ...seats.map((seat) => seat.close()),
        readers.metrics.close(),
        readers.state.close(),
        times.close(),
      ]);
    },
  };
}

function startProcess(task: ProcessTask) {
  return spawn(process.execPath, [join(import.meta.dirname, 'builder-process.ts'), JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
