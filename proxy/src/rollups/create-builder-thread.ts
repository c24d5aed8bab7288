import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { RollupConfig } from '../config.ts';
import { describeCause } from '../describe-cause.ts';
import { type Logger, writeLine } from '../logger.ts';
import { createBackgroundLoop } from './background-loop.ts';
import type { BuilderTelemetry, RollupBuilder } from './builder.ts';
import type { BuilderMessage, BuilderOrder } from './builder-thread.ts';
import { settingsObstacle } from './obstacle.ts';
import { type RollupStatus, startingStatus } from './status.ts';

export interface BuilderThreadDependencies {
  config: RollupConfig;
  log: Logger;
  telemetry: BuilderTelemetry;
}

export interface BuilderThreadRules {
  /**
   * Without them V8 lets garbage pile up, to some hundred MB while the first rollups are built. A fill of 10 million calls
   * needs more than 64 MB at times.
   */
  limits: ResourceLimits;
  /** Before a thread that died is replaced, in ms: twice as long each time, unless it ran for `longestPause`. */
  firstPause: number;
  longestPause: number;
  /** For what is under way when it has to stop, in ms. */
  stopWithin: number;
}

const builderThreadRules: BuilderThreadRules = {
  limits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 96 },
  firstPause: 2000,
  longestPause: 60_000,
  // The lease of a thread that was ended ends by itself.
  stopWithin: 5000,
};

/**
 * The builder of rollups in a thread of its own, so that its work never keeps questions waiting, and its memory has a limit.
 * A thread that dies is replaced. Without a thread where the settings allow no rollups.
 */
export function createBuilderThread(
  dependencies: BuilderThreadDependencies,
  rules = builderThreadRules
): RollupBuilder {
  const obstacle = settingsObstacle(dependencies.config);
  if (obstacle !== null) {
    const status: RollupStatus = { state: 'off', reason: obstacle };
    return { start: () => undefined, stop: () => Promise.resolve(), status: () => status };
  }
  return createServerThread(dependencies, rules);
}

function createServerThread(
  { config, log, telemetry }: BuilderThreadDependencies,
  { limits, firstPause, longestPause, stopWithin }: BuilderThreadRules
): RollupBuilder {
  let status = startingStatus;

  const receive = (message: BuilderMessage): void => {
    switch (message.kind) {
      case 'status':
        status = message.status;
        return;
      case 'log':
        writeLine(log, message.line);
        return;
      case 'building':
        telemetry.buildingRollups(message.building);
        return;
      case 'calls_rolled_up':
        telemetry.callsRolledUp(message.calls);
        return;
      case 'block_audited':
        telemetry.blockAudited(message.differed);
        return;
      default:
        message satisfies never;
    }
  };

  /** Resolves to what a thread died of, when it has ended: by itself it does so only after it was told to stop. */
  const runThread = (): Promise<unknown> => {
    const order: BuilderOrder = { config, logLevel: log.level };
    const file = new URL('./builder-thread.ts', import.meta.url);
    const thread = new Worker(file, { workerData: order, resourceLimits: limits });
    const tellToStop = () => {
      thread.postMessage('stop');
      const timer = setTimeout(() => {
        log.warn({ event: 'rollups_thread_cut_off' }, 'Another proxy can build the rollups in 10 seconds');
        void thread.terminate();
      }, stopWithin);
      thread.once('exit', () => clearTimeout(timer));
    };
    loop.signal.addEventListener('abort', tellToStop);
    return new Promise((resolve) => {
      let cause: unknown;
      thread.on('message', receive);
      thread.once('error', (error) => {
        cause = error;
      });
      thread.once('exit', () => {
        loop.signal.removeEventListener('abort', tellToStop);
        telemetry.buildingRollups(false);
        resolve(cause);
      });
    });
  };

  let wait = firstPause;
  const loop = createBackgroundLoop(async () => {
    const begun = performance.now();
    const cause = await runThread();
    if (loop.signal.aborted) {
      return 0;
    }
    status = { state: 'waiting', reason: 'The thread that builds them died: the log says why' };
    log.error({ event: 'rollups_thread_died', cause: describeCause(cause) }, 'Another one will build the rollups');
    if (performance.now() - begun >= longestPause) {
      wait = firstPause;
    }
    const waitMs = wait;
    wait = Math.min(2 * wait, longestPause);
    return waitMs;
  });

  return { start: loop.start, stop: loop.stop, status: () => status };
}
