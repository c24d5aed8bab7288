import { createHash } from 'node:crypto';
import { addPartials, copyPartials, type Partials } from '../partials/partials.ts';
import type { Cells } from './page-codec.ts';

/** A provider and model as they are stored: null is NULL, and not the same as empty text. */
export interface Group {
  provider: string | null;
  modelName: string | null;
}

export interface GroupCells extends Group {
  /** Of the base tier. */
  cells: Cells;
}

/** What is known of some calls: partials and sketches per group and cell, how many calls there are, and a checksum. */
export interface Content {
  /** By `groupKey`. */
  groups: Map<string, GroupCells>;
  /** Those without a readable start_time, which are in no cell, too. */
  calls: number;
  /** The sum of a hash of every call: its id and all that rollups are made of. */
  checksum: bigint;
}

/** SHA-256 (hex) of `[provider, model_name]` as JSON. */
export function groupKey({ provider, modelName }: Group): string {
  return createHash('sha256')
    .update(JSON.stringify([provider, modelName]))
    .digest('hex');
}

export function noContent(): Content {
  return { groups: new Map(), calls: 0, checksum: 0n };
}

/** Adds the calls of `source` to those of `target`. */
export function addCells(target: Cells, source: Cells): void {
  for (const [start, partials] of source) {
    addToCell(target, start, partials);
  }
}

/** Adds calls to the cell that begins at `start`. */
export function addToCell(target: Cells, start: number, partials: Partials): void {
  const present = target.get(start);
  if (present === undefined) {
    target.set(start, copyPartials(partials));
  } else {
    addPartials(present, partials);
  }
}
