import { parseDecimal } from '../partials/decimal.ts';
import { decimalScale, partialDefinition, type Partials } from '../partials/partials.ts';
import type { SketchPart } from '../partials/sketch.ts';
import { wallMs } from '../time/wall-text.ts';
import { addToCell, type Content, type GroupCells, groupKey, noContent } from './content.ts';
import { noStoredPartials, sketchNames, storedPartials } from './page-codec.ts';
import { baseTier } from './tiers.ts';

/** What the database says of the calls of a group in a cell. */
export interface CallRow {
  /** The number of the cell since 1970; null where start_time is no time. */
  aitoys_cell: string | number | null;
  aitoys_provider: string | null;
  aitoys_model_name: string | null;
  /** The checksum, each stored partial, and the bucket of each call per sketch: NULL is empty. */
  aitoys_packed: string;
}

/** Stands in none of the values. */
export const packedSeparator = ';';

const partialTypes = storedPartials.map((name) => ({ name, type: partialDefinition(name).type }));
const requestsPosition = 1 + storedPartials.indexOf('requests');
const sketchCounts = { latency: 'latencyRequests', cost: 'costRankedRequests' } as const;

/** Puts rows together; `addRow` adds the calls of one. */
export function createContentReader(): { content: Content; addRow: (row: CallRow) => void } {
  const content = noContent();
  // A group's key is a hash, which is too slow to make for every row.
  const groups = new Map<string, GroupCells>();
  const groupOf = ({ aitoys_provider: provider, aitoys_model_name: modelName }: CallRow): GroupCells => {
    const name = JSON.stringify([provider, modelName]);
    const known = groups.get(name);
    if (known !== undefined) {
      return known;
    }
    const added = { provider, modelName, cells: new Map<number, Partials>() };
    groups.set(name, added);
    content.groups.set(groupKey(added), added);
    return added;
  };
  const addRow = (row: CallRow) => {
    const fields = row.aitoys_packed.split(packedSeparator);
    if (fields.length !== 1 + storedPartials.length + sketchNames.length) {
      throw new TypeError('The database returned another number of values than it was asked for');
    }
    content.checksum += BigInt(fields[0] ?? '');
    content.calls += Number(fields[requestsPosition]);
    if (row.aitoys_cell !== null) {
      addToCell(groupOf(row).cells, Number(row.aitoys_cell) * baseTier.seconds, readPartials(fields));
    }
  };
  return { content, addRow };
}

function readPartials(fields: readonly string[]): Partials {
  const partials = noStoredPartials();
  for (const [position, { name, type }] of partialTypes.entries()) {
    const text = fields[1 + position] ?? '';
    partials.values[name] = text === '' ? null : readValue(type, text);
  }
  for (const [position, name] of sketchNames.entries()) {
    const part = readBuckets(fields[1 + storedPartials.length + position] ?? '');
    if (countOf(part) !== Number(partials.values[sketchCounts[name]] ?? 0n)) {
      throw new RangeError('The database cut off a sketch');
    }
    if (part.length > 0) {
      partials.sketches[name] = { parts: [part] };
    }
  }
  return partials;
}

function readValue(type: ReturnType<typeof partialDefinition>['type'], text: string): bigint {
  switch (type) {
    case 'integer':
      return parseDecimal(text, 0);
    case 'decimal':
    case 'money':
      return parseDecimal(text, decimalScale);
    case 'time':
      return BigInt(wallMs(text));
    default:
      return type satisfies never;
  }
}

/** Buckets of single calls, with commas between them. */
function readBuckets(text: string): SketchPart {
  if (text === '') {
    return new Float64Array();
  }
  const counts = new Map<number, number>();
  for (const index of text.split(',')) {
    const bucket = Number(index);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  if (![...counts.keys()].every(Number.isInteger)) {
    throw new TypeError('Not a sketch');
  }
  return Float64Array.from([...counts].sort(([a], [b]) => a - b).flat());
}

function countOf(part: SketchPart): number {
  let count = 0;
  for (let position = 1; position < part.length; position += 2) {
    count += part[position] ?? 0;
  }
  return count;
}
