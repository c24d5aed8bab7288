import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { MetricsSource } from '../../../src/database/metrics-source.ts';
import type { Database } from '../../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../../src/database/tables.ts';
import { addPartials, noPartials, type Partials } from '../../../src/partials/partials.ts';
import { sketchPairs } from '../../../src/partials/sketch.ts';
import { addCells, type Group, groupKey } from '../../../src/rollups/content.ts';
import { type Cells, decodePage } from '../../../src/rollups/page-codec.ts';
import { readCalls } from '../../../src/rollups/read-calls.ts';
import { type Block, readBlocks, readState } from '../../../src/rollups/state.ts';
import { baseTier, cellOf, type Tier, tiers } from '../../../src/rollups/tiers.ts';

export interface Stored {
  metrics: Database<MetricsTables>;
  state: Database<StateTables>;
  source: MetricsSource;
  /** Are sums of costs the same in any order? */
  exact: boolean;
}

/** By `groupKey`. */
type Grouped = Map<string, Cells>;

/**
 * Throws where what is stored contradicts itself: blocks have to follow upon each other up to the watermark, and coarser
 * tiers have to be made of finer ones. With `promised` blocks and pages have to be what the rows are, too.
 */
export async function checkStored({ metrics, state, source, exact }: Stored, promised: boolean): Promise<void> {
  const head = await readState(state);
  if (head === null) {
    return;
  }
  const blocks = await readBlocks(state);
  checkBlocks(blocks, head.watermark);
  if (head.openBlock !== null && blocks.at(-1)?.id !== head.openBlock) {
    throw new Error(`the open block ${String(head.openBlock)} is not the last one`);
  }
  const pages = await readAllPages(state);
  const known = new Set(blocks.map(({ id }) => id));
  const stray = pages.find(({ blockId, tier }) => (tier === baseTier ? !known.has(blockId) : blockId !== 0));
  if (stray !== undefined) {
    throw new Error(`a page of ${stray.tier.name} is of block ${String(stray.blockId)}, which is none`);
  }
  let finer = together(pages.filter(({ tier, blockId }) => tier === baseTier && blockId !== head.openBlock));
  for (const tier of tiers.slice(1)) {
    const stored = together(pages.filter((page) => page.tier === tier));
    requireSame(stored, fold(tier, finer), `tier ${tier.name}`);
    finer = stored;
  }
  if (promised && head.watermark !== null) {
    const rows = await readCalls(
      metrics,
      source,
      { afterId: null, toId: head.watermark },
      new AbortController().signal
    );
    const calls = blocks.reduce((sum, block) => sum + block.calls, 0);
    if (calls !== rows.calls) {
      throw new Error(`blocks have ${String(calls)} calls, and there are ${String(rows.calls)}`);
    }
    // DOUBLEs with any digits have other sums in another order.
    if (exact) {
      const cells = new Map([...rows.groups].map(([key, group]) => [key, group.cells]));
      requireSame(together(pages.filter(({ tier }) => tier === baseTier)), cells, 'what is stored of the rows');
    }
  }
}

function checkBlocks(blocks: readonly Block[], watermark: bigint | null): void {
  let end: bigint | null = null;
  for (const { id, afterId, toId } of blocks) {
    if (afterId !== end) {
      throw new Error(`block ${String(id)} follows upon ${String(afterId)} and not upon ${String(end)}`);
    }
    end = toId;
  }
  if (end !== watermark) {
    throw new Error(`blocks end at ${String(end)}, the watermark is ${String(watermark)}`);
  }
}

interface Page extends Group {
  tier: Tier;
  blockId: number;
  cells: Cells;
}

// BIGINT comes as text.
const wholeNumber = z.coerce.number();
const pagesSchema = z.array(
  z.object({
    tier_seconds: wholeNumber,
    page: wholeNumber,
    block_id: wholeNumber,
    partials: z.instanceof(Buffer),
    latency: z.instanceof(Buffer),
    cost: z.instanceof(Buffer),
    provider: z.string().nullable(),
    model_name: z.string().nullable(),
  })
);

async function readAllPages({ kysely }: Database<StateTables>): Promise<Page[]> {
  const rows = await kysely
    .selectFrom('aitoys_rollup_pages as pages')
    .innerJoin('aitoys_rollup_groups as groups', 'groups.id', 'pages.group_id')
    .select(['tier_seconds', 'page', 'block_id', 'partials', 'latency', 'cost', 'provider', 'model_name'])
    .execute();
  return pagesSchema.parse(rows).map(({ tier_seconds, page, block_id, provider, model_name, ...encoded }) => {
    const tier = tiers.find(({ seconds }) => seconds === tier_seconds) ?? baseTier;
    const cells = decodePage(tier, page, encoded);
    return { tier, blockId: block_id, provider, modelName: model_name, cells };
  });
}

function together(pages: readonly Page[]): Grouped {
  const grouped: Grouped = new Map();
  for (const page of pages) {
    const key = groupKey(page);
    const cells = grouped.get(key) ?? new Map<number, Partials>();
    grouped.set(key, cells);
    addCells(cells, page.cells);
  }
  return grouped;
}

function fold(tier: Tier, finer: Grouped): Grouped {
  return new Map(
    [...finer].map(([key, cells]) => {
      const folded: Cells = new Map();
      for (const [start, partials] of cells) {
        const cell = folded.get(cellOf(tier, start)) ?? noPartials();
        folded.set(cellOf(tier, start), cell);
        addPartials(cell, partials);
      }
      return [key, folded];
    })
  );
}

function requireSame(found: Grouped, wanted: Grouped, what: string): void {
  const [left, right] = [plain(found), plain(wanted)];
  const key = [...new Set([...left.keys(), ...right.keys()])].find(
    (cell) => !isDeepStrictEqual(left.get(cell), right.get(cell))
  );
  if (key !== undefined) {
    throw new Error(`${what}: ${key} is ${show(left.get(key))} and not ${show(right.get(key))}`);
  }
}

/** What is known of each cell of each group: without what is not. */
function plain(grouped: Grouped): Map<string, Record<string, unknown>> {
  return new Map(
    [...grouped].flatMap(([key, cells]) =>
      [...cells].map(([start, { values, sketches }]): [string, Record<string, unknown>] => [
        `group ${key.slice(0, 8)} at ${new Date(start * 1000).toISOString()}`,
        {
          ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)),
          ...Object.fromEntries(
            Object.entries(sketches).map(([name, sketch]) => [name, Array.from(sketchPairs(sketch))])
          ),
        },
      ])
    )
  );
}

function show(cell: Record<string, unknown> | undefined): string {
  return cell === undefined
    ? 'nothing'
    : JSON.stringify(cell, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
