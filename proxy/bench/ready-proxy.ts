import { withDatabase } from '../src/cli/run-tool.ts';
import type { RollupConfig } from '../src/config.ts';
import { databaseNow } from '../src/database/database-now.ts';
import { migrateState } from '../src/database/migrate.ts';
import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../src/database/tables.ts';
import type { PreparedTable } from './prepare-table.ts';
import { type StartedProxy, startProxy } from './start-proxy.ts';
import { type WaitOptions, waitForRollups } from './wait-for-rollups.ts';

export interface ReadyOptions extends Omit<WaitOptions, 'pollMs'> {
  config: RollupConfig;
}

export interface Used<Result> {
  result: Result;
  /** The most memory that the proxy ever held. */
  peakMemoryBytes: number;
}

/** Settings with which every page is read anew for every question. */
export const noCache = { ROLLUP_CACHE_MIB: '0' };

const pollMs = 250;

/** Starts a proxy whose own tables are there and whose rollups have all calls, and ends it after use. */
export async function withReadyProxy<Result>(
  metrics: Database<MetricsTables>,
  { source, rows }: Pick<PreparedTable, 'source' | 'rows'>,
  settings: Record<string, string>,
  { config, ...options }: ReadyOptions,
  use: (proxy: StartedProxy) => Promise<Result>
): Promise<Used<Result>> {
  return withDatabase(config.stateDatabaseUrl, async (state: Database<StateTables>) => {
    await migrateState(state);
    const since = await databaseNow(state);
    const proxy = await startProxy({ ...settingsOf(config), ...settings });
    try {
      await waitForRollups({ metrics, state, source, rows }, config, since, { ...options, pollMs });
      const result = await use(proxy);
      return { result, peakMemoryBytes: (await proxy.status()).peakMemoryBytes };
    } finally {
      await proxy.close();
    }
  });
}

/** All that decides what rollups hold: a proxy with other settings would build others. */
function settingsOf({ demo: _, databaseUrl, stateDatabaseUrl, ...rollups }: RollupConfig): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    STATE_DATABASE_URL: stateDatabaseUrl,
    ...Object.fromEntries(
      Object.entries(rollups).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
    ),
  };
}
