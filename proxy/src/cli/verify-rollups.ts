import { differsFromRows } from '../rollups/audit.ts';
import type { RollupWork } from '../rollups/rollup-work.ts';
import { type Block, readBlock, readBlocks } from '../rollups/state.ts';
import { formatTable } from './format-table.ts';
import { type ProgressOutput, startProgress } from './progress.ts';

/** Calls and rollups, to be looked at. */
export type RollupTables = Pick<RollupWork, 'metrics' | 'state' | 'source'>;

export interface Verified {
  /** For a terminal. */
  text: string;
  /** How many blocks are not what their rows are. */
  differing: number;
}

/** Compares every block with its rows, and changes nothing. */
export async function verifyRollups(tables: RollupTables, output?: ProgressOutput): Promise<Verified> {
  const blocks = await readBlocks(tables.state);
  const progress = startProgress('blocks', blocks.length, output);
  const differing: Block[] = [];
  for (const [index, { id }] of blocks.entries()) {
    const found = await findDifferent(tables, id);
    if (found !== null) {
      differing.push(found);
    }
    progress.update(index + 1);
  }
  progress.stop();
  return { text: describe(blocks.length, differing), differing: differing.length };
}

/** The block if it is not what its rows are. A proxy may write it meanwhile: then it is looked at again. */
async function findDifferent(tables: RollupTables, id: number): Promise<Block | null> {
  let block = await readBlock(tables.state, id);
  while (block !== null && (await differsFromRows(tables, block, new AbortController().signal))) {
    const now = await readBlock(tables.state, id);
    if (now?.toId === block.toId && now.calls === block.calls && now.checksum === block.checksum) {
      return block;
    }
    block = now;
  }
  return null;
}

function describe(count: number, differing: readonly Block[]): string {
  if (differing.length === 0) {
    return count === 0 ? 'There are no rollups yet\n' : `All ${String(count)} blocks are as their rows are\n`;
  }
  const table = formatTable(
    ['block', 'after id', 'to id', 'calls', 'built'],
    differing.map(({ id, afterId, toId, calls, builtAt }) => [
      String(id),
      String(afterId ?? ''),
      String(toId),
      String(calls),
      new Date(builtAt).toISOString(),
    ])
  );
  return (
    `${table}\n${String(differing.length)} of ${String(count)} blocks are not as their rows are now. The next audit builds ` +
    'them anew; npm run rollups -- rebuild does at once\n'
  );
}
