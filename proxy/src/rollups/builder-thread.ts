import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import type { RollupConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { logConsole } from '../logs/log-console.ts';
import { createRollupBuilder } from './builder.ts';
import { openRollupDatabases } from './rollup-databases.ts';
import type { RollupStatus } from './status.ts';

/** What the thread is started with. */
export interface BuilderOrder {
  config: RollupConfig;
  logLevel: string;
}

/** What the thread tells. It is told one thing only: `stop`. */
export type BuilderMessage =
  | { kind: 'status'; status: RollupStatus }
  /** A line of the log, as pino writes it. */
  | { kind: 'log'; line: string }
  | { kind: 'building'; building: boolean }
  | { kind: 'calls_rolled_up'; calls: number }
  | { kind: 'block_audited'; differed: boolean };

if (parentPort !== null) {
  runThread(parentPort, workerData as BuilderOrder);
}

/** Builds rollups until it is told to stop; then the thread ends, as nothing keeps it running. */
function runThread(port: MessagePort, { config, logLevel }: BuilderOrder): void {
  const tell = (message: BuilderMessage) => port.postMessage(message);
  const log = createLogger(logLevel, { write: (line) => tell({ kind: 'log', line }) });
  logConsole(console, log);
  const databases = openRollupDatabases(config);
  let wasFilling = false;
  const builder = createRollupBuilder({
    config,
    clock: systemClock,
    log,
    telemetry: {
      buildingRollups: (building) => tell({ kind: 'building', building }),
      callsRolledUp: (calls) => tell({ kind: 'calls_rolled_up', calls }),
      blockAudited: (differed) => tell({ kind: 'block_audited', differed }),
    },
    databases,
    onStatus: (status) => {
      tell({ kind: 'status', status });
      if (wasFilling && status.state === 'following') {
        // What the first fill leaves is more than everything else here, and nothing would make V8 collect it for hours.
        globalThis.gc?.();
      }
      wasFilling = status.state === 'filling';
    },
  });
  port.once('message', () => {
    void builder.stop().then(() => Promise.all([databases.metrics.close(), databases.state.close()]));
  });
  builder.start();
}
