import { partialDefinition, type PartialName, type SketchName } from '../partials/partials.ts';
import { type SketchPart, sketchPairs } from '../partials/sketch.ts';
import type { Group } from './content.ts';
import { decodePartials, decodeSketches, type PageColumns, storedPartials } from './page-codec.ts';
import type { Tier } from './tiers.ts';

/** A page of a group; a sketch that was not asked for may be null. */
export interface RollupPage {
  tier: Tier;
  /** Its start in stored seconds since 1970. */
  page: number;
  group: Group;
  partials: Buffer;
  latency: Buffer | null;
  cost: Buffer | null;
  /** What was decoded so far: a page that is kept is used by many questions. */
  decoded: DecodedPage | null;
  /** What was added up of it, by the time of the cells. */
  sums: Map<string, DecodedPage> | null;
}

/** What is known of a group's cells, as far as somebody asked; sketches in the order of the cells, too. */
export interface DecodedPage extends PageColumns {
  sketches: Partial<Record<SketchName, (SketchPart | null)[]>>;
}

/** Decodes the columns of `names` and the sketches of `sketches`, and returns them with what was decoded before. */
export function decodedPage(
  page: RollupPage,
  names: readonly PartialName[],
  sketches: readonly SketchName[]
): DecodedPage {
  const decoded = (page.decoded ??= { starts: [], values: {}, sketches: {} });
  // The number of calls is asked for by every question, and is first.
  if (names.some((name) => decoded.values[name] === undefined && isStored.has(name))) {
    const missing = new Set(names.filter((name) => decoded.values[name] === undefined));
    const { starts, values } = decodePartials(page.tier, page.page, page.partials, missing);
    decoded.starts = starts;
    Object.assign(decoded.values, values);
  }
  for (const name of sketches) {
    decoded.sketches[name] ??= decodeSketches(page[name] ?? Buffer.alloc(0), decoded.starts.length);
  }
  return decoded;
}

// Questions of a moment are about the same times, or about the ones before.
const mostSums = 4;

/**
 * The cells of a page that begin in `[from, to)` (stored seconds) as one, at the first of them; none where there is none.
 * Not for times, whose order may be another one than that of instants.
 */
export function summedPage(
  page: RollupPage,
  names: readonly PartialName[],
  sketches: readonly SketchName[],
  from: number,
  to: number
): DecodedPage {
  const { starts, values, sketches: parts } = decodedPage(page, names, sketches);
  const first = starts.findIndex((start) => start >= from);
  const after = starts.findLastIndex((start) => start < to) + 1;
  if (first === -1 || first >= after) {
    return { starts: [], values: {}, sketches: {} };
  }
  const sum = sumOf(page, starts[first] ?? from, first, after);
  for (const name of names) {
    const column = values[name];
    if (column !== undefined) {
      sum.values[name] ??= column.merged(partialDefinition(name).merge, first, after);
    }
  }
  for (const name of sketches) {
    sum.sketches[name] ??= [mergeAll((parts[name] ?? []).slice(first, after))];
  }
  return sum;
}

/** What is added up of these cells already. */
function sumOf(page: RollupPage, start: number, first: number, after: number): DecodedPage {
  const sums = (page.sums ??= new Map<string, DecodedPage>());
  const key = `${String(first)} ${String(after)}`;
  const known = sums.get(key);
  if (known !== undefined) {
    return known;
  }
  if (sums.size >= mostSums) {
    sums.clear();
  }
  const sum: DecodedPage = { starts: [start], values: {}, sketches: {} };
  sums.set(key, sum);
  return sum;
}

function mergeAll(parts: readonly (SketchPart | null)[]): SketchPart | null {
  const present = parts.filter((part) => part !== null);
  return present.length === 0 ? null : sketchPairs({ parts: present });
}

const isStored: ReadonlySet<PartialName> = new Set(storedPartials);
