import { sql } from 'kysely';
import type { Engine } from '../../src/database/dialect.ts';
import { migrateState } from '../../src/database/migrate.ts';
import { readMetricsSource } from '../../src/database/metrics-source.ts';
import type { Database } from '../../src/database/open-database.ts';
import type { StateTables } from '../../src/database/tables.ts';
import { takeLease } from '../../src/rollups/lease.ts';
import { decodePartials } from '../../src/rollups/page-codec.ts';
import type { RollupWork } from '../../src/rollups/rollup-work.ts';
import { readBlocks } from '../../src/rollups/state.ts';
import { tiers } from '../../src/rollups/tiers.ts';
import { createRollupWriter } from '../../src/rollups/write-rollups.ts';
import { type Call, type OpenMetrics, openMetrics } from '../query/open-metrics.ts';

export interface OpenRollupWork extends OpenMetrics {
  work: RollupWork;
  state: Database<StateTables>;
  /** Inserts calls of these ids; `call` is what else they are. */
  insertIds: (ids: readonly number[], call?: Call) => Promise<void>;
  /** How many calls the pages of a tier have. */
  requestsIn: (tierName: (typeof tiers)[number]['name']) => Promise<number>;
  /** `(after_id, to_id]: calls` of each block, in their order. */
  blocks: () => Promise<string[]>;
}

/** Calls and rollups in a database of their own, with the lease. */
export async function openRollupWork(engine: Engine): Promise<OpenRollupWork> {
  const metrics = await openMetrics(engine);
  const state = metrics.database as unknown as Database<StateTables>;
  await migrateState(state);
  const lease = await takeLease(state, 'test');
  if (lease === null) {
    throw new Error('Somebody has the lease of a new database');
  }
  const work: RollupWork = {
    metrics: metrics.database,
    state,
    source: await readMetricsSource(metrics.database, 'UTC'),
    writer: createRollupWriter(state, lease),
  };
  return {
    ...metrics,
    work,
    state,
    insertIds: (ids, call = {}) => metrics.insert(ids.map((id) => ({ id, ...call }))),
    requestsIn: async (tierName) => {
      const tier = tiers.find(({ name }) => name === tierName) ?? tiers[0];
      const { rows } = await sql<{
        page: unknown;
        partials: Buffer;
      }>`select page, partials from aitoys_rollup_pages where tier_seconds = ${tier.seconds}`.execute(state.kysely);
      return rows
        .map(({ page, partials }) => decodePartials(tier, Number(page), partials, new Set(['requests'] as const)))
        .reduce((sum, { values }) => sum + (values.requests?.merged('add').nearest(0, 0) ?? 0), 0);
    },
    blocks: async () =>
      (await readBlocks(state)).map(
        ({ afterId, toId, calls }) => `(${afterId?.toString() ?? ''}, ${toId.toString()}]: ${String(calls)}`
      ),
  };
}
