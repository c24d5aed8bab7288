import { z } from 'zod';
import type { BuildPosition } from './build-progress.ts';
import { rollupFormat } from './page-codec.ts';
import { endOfBlock } from './read-calls.ts';
import type { RollupWork } from './rollup-work.ts';
import { readState } from './state.ts';

// A sum of nothing is NULL, which counts as 0 here.
const totalsSchema = z.object({ blocks: z.coerce.number(), calls: z.coerce.number() });

/** How far the table, which has ids up to `maxId`, is in rollups. Those of another format are none. */
export async function readPosition(
  { metrics, state, source }: Pick<RollupWork, 'metrics' | 'state' | 'source'>,
  maxId: bigint | null,
  signal: AbortSignal
): Promise<BuildPosition> {
  const { rowsEstimate } = source;
  const firstId = await endOfBlock(metrics, null, 1, signal);
  const found = await readState(state);
  if (found?.format !== rollupFormat) {
    return { watermark: null, firstId, maxId, rowsEstimate, blocks: 0, calls: 0, auditedAt: null };
  }
  const totals = await state.kysely
    .selectFrom('aitoys_rollup_blocks')
    .select(({ fn }) => [fn.countAll().as('blocks'), fn.sum('calls').as('calls')])
    .executeTakeFirstOrThrow();
  const { watermark, auditedAt } = found;
  return { watermark, firstId, maxId, rowsEstimate, ...totalsSchema.parse(totals), auditedAt };
}
