import { createHash } from 'node:crypto';
import { DecimalColumn, decimalColumn, type Mantissa } from '../partials/decimal-column.ts';
import {
  noPartials,
  partialDefinition,
  type PartialName,
  partialNames,
  type Partials,
  type SketchName,
} from '../partials/partials.ts';
import { sketchGamma, type SketchPart, sketchPairs, zeroBucket } from '../partials/sketch.ts';
import { ByteReader, createByteWriter } from './bytes.ts';
import { type Tier, tiers } from './tiers.ts';

/** What is known of one group's calls in cells of stored time, by the start of the cell in seconds since 1970. */
export type Cells = Map<number, Partials>;

/** A page of a group as it is stored. */
export interface EncodedPage {
  partials: Buffer;
  latency: Buffer;
  cost: Buffer;
}

/** Columns of a page: what is known of its cells, in the order of their starts (stored seconds since 1970). */
export interface PageColumns {
  starts: number[];
  values: Partial<Record<PartialName, DecimalColumn>>;
}

export const sketchNames = ['latency', 'cost'] as const satisfies readonly SketchName[];

/** The partials that rollups have: all that no question's parameters change. */
export const storedPartials = partialNames.filter((name) => partialDefinition(name).dependsOn === undefined);

// Made by JSON.parse, because an object that more than a dozen computed names are added to becomes a slow hash table. Copies
// of this one, and what is assigned to them, stay quick: reading and adding up rollups takes a third of the time.
const noValues = JSON.parse(
  JSON.stringify(Object.fromEntries(storedPartials.map((name) => [name, null])))
) as Partials['values'];

/** What is known of no calls: every stored partial is null. */
export function noStoredPartials(): Partials {
  return { values: { ...noValues }, sketches: {} };
}

/** Changes with everything that pages are made by: pages of another format can't be read. */
export const rollupFormat = createHash('sha256')
  .update(JSON.stringify({ version: 1, storedPartials, sketchNames, sketchGamma, tiers }))
  .digest('hex')
  .slice(0, 16);

/**
 * Encodes the cells of a page, which must lie in it. Column by column, so that what a question doesn't need is skipped:
 * `partials` is the number of cells, their starts, then for each stored partial the length of its column, how many zeros
 * its numbers end with, and the numbers; a sketch per cell is the number of its pairs, then indexes (as distances) and counts.
 */
export function encodePage(tier: Tier, page: number, cells: Cells): EncodedPage {
  const starts = [...cells.keys()].sort((a, b) => a - b);
  const ordered = starts.map((start) => cells.get(start) ?? noPartials());
  const partials = createByteWriter();
  partials.writeCount(starts.length);
  for (const start of starts) {
    partials.writeCount((start - page) / tier.seconds);
  }
  const columns = storedPartials.map((name) => encodeColumn(ordered.map(({ values }) => values[name] ?? null)));
  for (const column of columns) {
    partials.writeCount(column.length);
  }
  return {
    partials: Buffer.concat([partials.bytes(), ...columns]),
    latency: encodeSketches('latency', ordered),
    cost: encodeSketches('cost', ordered),
  };
}

function encodeColumn(column: readonly (bigint | null)[]): Buffer {
  const writer = createByteWriter();
  const { zeros, mantissas } = decimalColumn(column);
  writer.writeCount(zeros);
  for (const mantissa of mantissas) {
    writer.writeValue(mantissa ?? null);
  }
  return writer.bytes();
}

function encodeSketches(name: SketchName, cells: readonly Partials[]): Buffer {
  const writer = createByteWriter();
  for (const { sketches } of cells) {
    const sketch = sketches[name];
    const pairs = sketch === undefined ? [] : sketchPairs(sketch);
    writer.writeCount(pairs.length / 2);
    let previous = zeroBucket;
    for (let position = 0; position < pairs.length; position += 2) {
      const bucket = pairs[position] ?? previous;
      writer.writeCount(bucket - previous);
      writer.writeCount(pairs[position + 1] ?? 0);
      previous = bucket;
    }
  }
  return writer.bytes();
}

/** Decodes the columns of `names`. Throws a RangeError for bytes that are no page. */
export function decodePartials(
  tier: Tier,
  page: number,
  bytes: Uint8Array,
  names: ReadonlySet<PartialName>
): PageColumns {
  const reader = new ByteReader(bytes);
  const count = reader.readCount();
  const starts = new Array<number>(count);
  for (let cell = 0; cell < count; cell += 1) {
    starts[cell] = page + reader.readCount() * tier.seconds;
  }
  const lengths = storedPartials.map(() => reader.readCount());
  const values: PageColumns['values'] = {};
  let index = 0;
  for (const name of storedPartials) {
    if (names.has(name)) {
      values[name] = readColumn(reader, count);
    } else {
      reader.skip(lengths[index] ?? 0);
    }
    index += 1;
  }
  return { starts, values };
}

function readColumn(reader: ByteReader, count: number): DecimalColumn {
  const zeros = reader.readCount();
  const mantissas = new Array<Mantissa | null>(count);
  for (let cell = 0; cell < count; cell += 1) {
    mantissas[cell] = reader.readValue();
  }
  return new DecimalColumn(zeros, mantissas);
}

/** Decodes the sketches of a page of `count` cells; null where a cell has no values. */
export function decodeSketches(bytes: Uint8Array, count: number): (SketchPart | null)[] {
  // One array for all of them, as small as it can be: a number takes a byte at least.
  const parts =
    readSketches(bytes, count, new Int32Array(bytes.length)) ??
    readSketches(bytes, count, new Float64Array(bytes.length));
  if (parts === null) {
    throw new RangeError('A page of rollups is damaged');
  }
  return parts;
}

/** Null where `pairs` can't hold a number. */
function readSketches(
  bytes: Uint8Array,
  count: number,
  pairs: Int32Array | Float64Array
): (SketchPart | null)[] | null {
  const reader = new ByteReader(bytes);
  const parts: (SketchPart | null)[] = [];
  let end = 0;
  for (let cell = 0; cell < count; cell += 1) {
    const start = end;
    let bucket = zeroBucket;
    for (let left = reader.readCount(); left > 0; left -= 1) {
      bucket += reader.readCount();
      const values = reader.readCount();
      pairs[end] = bucket;
      pairs[end + 1] = values;
      if (pairs[end + 1] !== values) {
        return null;
      }
      end += 2;
    }
    parts.push(end === start ? null : pairs.subarray(start, end));
  }
  return parts;
}

/** Decodes all of a page. */
export function decodePage(tier: Tier, page: number, { partials, latency, cost }: EncodedPage): Cells {
  const { starts, values } = decodePartials(tier, page, partials, new Set(storedPartials));
  const sketches = { latency: decodeSketches(latency, starts.length), cost: decodeSketches(cost, starts.length) };
  return new Map(
    starts.map((start, cell) => {
      const decoded = noStoredPartials();
      for (const name of storedPartials) {
        decoded.values[name] = values[name]?.units(cell) ?? null;
      }
      for (const name of sketchNames) {
        const part = sketches[name][cell] ?? null;
        if (part !== null) {
          decoded.sketches[name] = { parts: [part] };
        }
      }
      return [start, decoded];
    })
  );
}
