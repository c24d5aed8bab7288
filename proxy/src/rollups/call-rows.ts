import { type Partials, sketchCount, type SketchName } from '../partials/partials.ts';
import { readPartial } from '../partials/read-partial.ts';
import { countIn, type SketchPart } from '../partials/sketch.ts';
import { addToCell, type Content, type GroupCells, groupKey, noContent } from './content.ts';
import { noStoredPartials, sketchNames, storedPartials } from './page-codec.ts';
import { baseTier } from './tiers.ts';

/** What the database says of the calls of a group in a cell. */
export interface CallRow {
  /** The number of the cell since 1970; null where start_time is no time. */
  aitoys_cell: string | number | null;
  aitoys_provider: string | null;
  aitoys_model_name: string | null;
  /** See `packedColumn`: the first is the checksum, where calls are read for a block; NULL is empty. */
  aitoys_packed: string;
}

/** Stands in none of the values. */
export const packedSeparator = ';';

const requestsPosition = storedPartials.indexOf('requests');

/** Puts rows together. Sums of money come in units of 10^-costSumScale. */
export function createContentReader(costSumScale: number): { content: Content; addRow: (row: CallRow) => void } {
  const content = noContent();
  const groupOf = createGroupFinder(content);
  const readPartials = createPartialsReader(costSumScale);
  const addRow = (row: CallRow) => {
    const [checksum = '', ...fields] = row.aitoys_packed.split(packedSeparator);
    content.checksum += BigInt(checksum);
    content.calls += Number(fields[requestsPosition]);
    if (row.aitoys_cell !== null) {
      addToCell(groupOf(row).cells, Number(row.aitoys_cell) * baseTier.seconds, readPartials(fields));
    }
  };
  return { content, addRow };
}

function createGroupFinder(content: Content): (row: CallRow) => GroupCells {
  // A group's key is a hash, which is too slow to make for every row.
  const providers = new Map<string | null, Map<string | null, GroupCells>>();
  return ({ aitoys_provider: provider, aitoys_model_name: modelName }) => {
    const models = providers.get(provider) ?? new Map<string | null, GroupCells>();
    providers.set(provider, models);
    let group = models.get(modelName);
    if (group === undefined) {
      group = { provider, modelName, cells: new Map() };
      models.set(modelName, group);
      content.groups.set(groupKey(group), group);
    }
    return group;
  };
}

/** Reads the fields of a row after the first ones. Sums of money come in units of 10^-costSumScale. */
export function createPartialsReader(costSumScale: number): (fields: readonly string[]) => Partials {
  // Most numbers are short and come again and again: each is read and kept once.
  const shortTexts = storedPartials.map(() => new Map<string, bigint | null>([['', null]]));
  const readField = (position: number, text: string): bigint | null => {
    const known = shortTexts[position]?.get(text);
    if (known !== undefined) {
      return known;
    }
    const value = readPartial(storedPartials[position] ?? 'requests', text, costSumScale);
    if (text.length <= 3) {
      shortTexts[position]?.set(text, value);
    }
    return value;
  };
  return (fields) => {
    if (fields.length !== storedPartials.length + sketchNames.length) {
      throw new TypeError('The database returned another number of values than it was asked for');
    }
    const partials = noStoredPartials();
    let position = 0;
    for (const name of storedPartials) {
      partials.values[name] = readField(position, fields[position] ?? '');
      position += 1;
    }
    for (const name of sketchNames) {
      const part = readBuckets(fields[position] ?? '');
      checkCount(name, part, partials);
      if (part.length > 0) {
        partials.sketches[name] = { parts: [part] };
      }
      position += 1;
    }
    return partials;
  };
}

/** Buckets of single calls, with commas between them. */
function readBuckets(text: string): SketchPart {
  if (text === '') {
    return [];
  }
  const buckets = Float64Array.from(text.split(','), Number).sort();
  const part: number[] = [];
  for (const bucket of buckets) {
    if (!Number.isInteger(bucket)) {
      throw new TypeError('Not a sketch');
    }
    const last = part.length - 1;
    if (part[last - 1] === bucket) {
      part[last] = (part[last] ?? 0) + 1;
    } else {
      part.push(bucket, 1);
    }
  }
  // An array that grew has room for more, and there are tens of thousands.
  return part.slice();
}

function checkCount(name: SketchName, part: SketchPart, { values }: Partials): void {
  if (countIn(part) !== Number(values[sketchCount(name)] ?? 0n)) {
    throw new RangeError('The database cut off a sketch');
  }
}
