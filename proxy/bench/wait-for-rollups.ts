import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../src/cli/progress.ts';
import type { Config } from '../src/config.ts';
import type { BuildPosition } from '../src/rollups/build-progress.ts';
import { rollupObstacle } from '../src/rollups/obstacle.ts';
import { readMaxId } from '../src/rollups/read-calls.ts';
import { readPosition } from '../src/rollups/read-position.ts';
import type { RollupWork } from '../src/rollups/rollup-work.ts';

export interface WaitOptions {
  say: (text: string) => void;
  /** Called when calls begin to be put into rollups. */
  startProgress: (what: string, total: number) => Progress;
  pollMs: number;
}

/** Calls, so many, and their rollups. */
export interface RolledUpTable extends Pick<RollupWork, 'metrics' | 'state' | 'source'> {
  rows: number;
}

/**
 * Waits until rollups have all calls that are there now, and says how long a proxy took for them; then until all of them
 * were compared with their rows after `since` (ms by the state database's clock), as they are when a proxy was started.
 */
export async function waitForRollups(
  table: RolledUpTable,
  config: Pick<Config, 'METRICS_ID_ORDER'>,
  since: number,
  options: WaitOptions
): Promise<void> {
  const { say } = options;
  const obstacle = rollupObstacle(config, table.source, (await table.state.dialect()).engine);
  if (obstacle !== null) {
    say(`There are no rollups, every question reads rows: ${obstacle}.\n`);
    return;
  }
  const { signal } = new AbortController();
  const maxId = await readMaxId(table.metrics, signal);
  const first = await readPosition(table, maxId, signal);
  if (!isComplete(first.watermark, maxId)) {
    await waitForCalls(table, maxId, first.calls, options, signal);
  }
  say('The proxy compares the rollups with their calls …\n');
  while (!isAudited(await readPosition(table, maxId, signal), since)) {
    await sleep(options.pollMs);
  }
}

async function waitForCalls(
  table: RolledUpTable,
  maxId: bigint | null,
  before: number,
  { say, startProgress, pollMs }: WaitOptions,
  signal: AbortSignal
): Promise<void> {
  const startedAt = performance.now();
  say('A proxy puts the calls into rollups …\n');
  const progress = startProgress('calls', table.rows);
  let rolledUp = before;
  try {
    for (let watermark: bigint | null = null; !isComplete(watermark, maxId);) {
      await sleep(pollMs);
      const position = await readPosition(table, maxId, signal);
      ({ watermark, calls: rolledUp } = position);
      progress.update(rolledUp);
    }
  } finally {
    progress.stop();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const calls = rolledUp - before;
  say(`${describe(calls)} calls in ${seconds.toFixed(1)} s, ${describe(calls / seconds)} a second.\n`);
}

function isComplete(watermark: bigint | null, maxId: bigint | null): boolean {
  return maxId === null || (watermark !== null && watermark >= maxId);
}

function isAudited({ blocks, auditedAt }: BuildPosition, since: number): boolean {
  return blocks === 0 || (auditedAt !== null && auditedAt >= since);
}

function describe(count: number): string {
  return Math.round(count).toLocaleString('en');
}
