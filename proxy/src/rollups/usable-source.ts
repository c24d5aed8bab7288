import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { type MetricsSource, readMetricsSource } from '../database/metrics-source.ts';
import { rollupObstacle } from './obstacle.ts';
import type { RollupDatabases } from './rollup-databases.ts';

// What ALTER TABLE changes is noticed after this time.
const lifetimeMs = 60_000;

export type UsableSource = { source: MetricsSource } | { obstacle: string };

/** What `ai_metrics` is like at present, or why there can be no rollups of it. */
export function createUsableSource(
  { metrics, state }: RollupDatabases,
  config: Pick<Config, 'METRICS_ID_ORDER' | 'METRICS_TIMEZONE'>,
  clock: Clock
): () => Promise<UsableSource> {
  let known: { usable: UsableSource; readAt: number } | undefined;
  return async () => {
    if (known === undefined || clock() - known.readAt > lifetimeMs) {
      const source = await readMetricsSource(metrics, config.METRICS_TIMEZONE);
      const obstacle = rollupObstacle(config, source, (await state.dialect()).engine);
      known = { usable: obstacle === null ? { source } : { obstacle }, readAt: clock() };
    }
    return known.usable;
  };
}
