import type { Engine } from '../../src/database/dialect.ts';
import { migrateState } from '../../src/database/migrate.ts';
import { readMetricsSource } from '../../src/database/metrics-source.ts';
import type { StateTables } from '../../src/database/tables.ts';
import type { PartialName } from '../../src/partials/partials.ts';
import { sketchPairs } from '../../src/partials/sketch.ts';
import { type Cells, decodePage, sketchNames } from '../../src/rollups/page-codec.ts';
import { type Lease, takeLease } from '../../src/rollups/lease.ts';
import type { Content, Group } from '../../src/rollups/content.ts';
import { type IdRange, readCalls } from '../../src/rollups/read-calls.ts';
import { readState } from '../../src/rollups/state.ts';
import { tiers } from '../../src/rollups/tiers.ts';
import { createRollupWriter, type RollupWriter } from '../../src/rollups/write-rollups.ts';
import { type OpenMetrics, openMetrics } from '../query/open-metrics.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

/** What is known of a group in a cell, so that equal ones look equal. */
export interface ComparableCell {
  values: Partial<Record<PartialName, bigint | null>>;
  latency: readonly number[];
  cost: readonly number[];
}

/** By `provider/model start`, where NULL is `∅`. */
export type ComparableCells = Record<string, ComparableCell>;

export interface OpenRollups {
  table: OpenMetrics;
  state: EmptyDatabase<StateTables>;
  lease: Lease;
  writer: RollupWriter;
  read: (range: IdRange) => Promise<Content>;
  /** Reads the calls after the watermark up to `toId`, and appends them. */
  append: (toId: bigint) => Promise<void>;
  /** The cells of a tier: of the base those of all blocks, or of one. */
  cells: (tier: (typeof tiers)[number]['name'], blockId?: number) => Promise<ComparableCells>;
  /** All tables of the rollups as they are, without times of the clock. */
  everything: () => Promise<unknown>;
  close: () => Promise<void>;
}

/** A table of calls, and empty rollups of it in another database. */
export async function openRollups(engine: Engine, statements: string[] = []): Promise<OpenRollups> {
  const table = await openMetrics(engine);
  const state = await emptyDatabase<StateTables>(engine);
  await migrateState(state.database);
  await table.run(...statements);
  const lease = await takeLease(state.database, 'first');
  if (lease === null) {
    throw new Error('Somebody else has the lease');
  }
  const writer = createRollupWriter(state.database, lease);
  await writer.reset();
  const { kysely } = state.database;
  const read = async (range: IdRange) =>
    readCalls(table.database, await readMetricsSource(table.database, 'UTC'), range, new AbortController().signal);
  return {
    table,
    state,
    lease,
    writer,
    read,
    append: async (toId) => {
      const range = { afterId: (await readState(state.database))?.watermark ?? null, toId };
      await writer.append(await read(range), range);
    },
    cells: async (name, blockId) => {
      const tier = tiers.find((candidate) => candidate.name === name) ?? tiers[0];
      const rows = await kysely
        .selectFrom('aitoys_rollup_pages')
        .innerJoin('aitoys_rollup_groups', 'aitoys_rollup_groups.id', 'group_id')
        .select(['page', 'block_id', 'provider', 'model_name', 'partials', 'latency', 'cost'])
        .where('tier_seconds', '=', tier.seconds)
        .orderBy('page')
        .execute();
      return Object.fromEntries(
        rows
          .filter(({ block_id }) => blockId === undefined || Number(String(block_id)) === blockId)
          .flatMap((row) =>
            comparable(
              { provider: row.provider, modelName: row.model_name },
              decodePage(tier, Number(String(row.page)), row)
            )
          )
      );
    },
    everything: async () => ({
      rollups: await kysely.selectFrom('aitoys_rollups').select(['watermark', 'open_block', 'generation']).execute(),
      blocks: await kysely
        .selectFrom('aitoys_rollup_blocks')
        .select(['id', 'after_id', 'to_id', 'calls', 'checksum'])
        .orderBy('id')
        .execute(),
      groups: await kysely.selectFrom('aitoys_rollup_groups').selectAll().orderBy('id').execute(),
      pages: await kysely
        .selectFrom('aitoys_rollup_pages')
        .selectAll()
        .orderBy('tier_seconds')
        .orderBy('page')
        .orderBy('group_id')
        .orderBy('block_id')
        .execute(),
      days: await kysely.selectFrom('aitoys_rollup_days').selectAll().orderBy('day').execute(),
    }),
    close: async () => {
      await table.close();
      await state.close();
    },
  };
}

/** The cells of `content`, as `cells` gives those that are written. */
export function cellsOf({ groups }: Content): ComparableCells {
  return Object.fromEntries([...groups.values()].flatMap((group) => comparable(group, group.cells)));
}

function comparable({ provider, modelName }: Group, cells: Cells): [string, ComparableCell][] {
  return [...cells].map(([start, { values, sketches }]) => {
    const [latency, cost] = sketchNames.map((name) => {
      const sketch = sketches[name];
      return sketch === undefined ? [] : Array.from(sketchPairs(sketch));
    });
    const name = `${provider ?? '∅'}/${modelName ?? '∅'} ${new Date(start * 1000).toISOString().slice(0, 16)}`;
    return [name, { values: { ...values }, latency: latency ?? [], cost: cost ?? [] }];
  });
}

/** `YYYY-MM-DDTHH:MM` of stored time as seconds since 1970. */
export function stored(time: string): number {
  return Date.parse(`${time}Z`) / 1000;
}
