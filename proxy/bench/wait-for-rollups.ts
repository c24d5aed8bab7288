import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../src/cli/progress.ts';
import type { Config } from '../src/config.ts';
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

/** Waits until rollups have all calls that are there now, and says how long a proxy took for them. */
export async function waitForRollups(
  table: RolledUpTable,
  config: Pick<Config, 'METRICS_ID_ORDER'>,
  { say, startProgress, pollMs }: WaitOptions
): Promise<void> {
  const obstacle = rollupObstacle(config, table.source, (await table.state.dialect()).engine);
  if (obstacle !== null) {
    say(`There are no rollups, every question reads rows: ${obstacle}.\n`);
    return;
  }
  const { signal } = new AbortController();
  const startedAt = performance.now();
  const maxId = await readMaxId(table.metrics, signal);
  const first = await readPosition(table, maxId, signal);
  if (isComplete(first.watermark, maxId)) {
    return;
  }
  say('A proxy puts the calls into rollups …\n');
  const progress = startProgress('calls', table.rows);
  let current = first;
  try {
    while (!isComplete(current.watermark, maxId)) {
      await sleep(pollMs);
      current = await readPosition(table, maxId, signal);
      progress.update(current.calls);
    }
  } finally {
    progress.stop();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const calls = current.calls - first.calls;
  say(`${describe(calls)} calls in ${seconds.toFixed(1)} s, ${describe(calls / seconds)} a second.\n`);
}

function isComplete(watermark: bigint | null, maxId: bigint | null): boolean {
  return maxId === null || (watermark !== null && watermark >= maxId);
}

function describe(count: number): string {
  return Math.round(count).toLocaleString('en');
}
