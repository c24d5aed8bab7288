import type { Config } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { StateTables } from '../database/tables.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createRollupReader, type RollupReader } from './read-rollups.ts';
import { createRollupCache } from './rollup-cache.ts';

/** A reader with the cache of the settings, whose hits and misses are counted. */
export function openRollupReader(
  database: Database<StateTables>,
  { ROLLUP_CACHE_MIB }: Pick<Config, 'ROLLUP_CACHE_MIB'>,
  telemetry: Telemetry
): RollupReader {
  return createRollupReader(database, {
    cache: ROLLUP_CACHE_MIB === 0 ? null : createRollupCache(ROLLUP_CACHE_MIB * 2 ** 20),
    onLookUp: (cache, hit) => {
      telemetry.cacheLookedUp(cache, hit);
    },
  });
}
