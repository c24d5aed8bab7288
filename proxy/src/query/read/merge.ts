import { keyAliases, sketchCount, type Statement } from './compile.ts';
import { parseDecimal } from '../../partials/decimal.ts';
import type { ExecutedStatement, PartialRow, PartialValue } from './execute.ts';
import type { GroupDimension } from '../dimensions/group-dimension.ts';
import type { WindowName } from '../metrics/metric.ts';
import {
  addPartials,
  decimalScale,
  mergePartial,
  noPartials,
  partialDefinition,
  type PartialName,
  type Partials,
} from '../../partials/partials.ts';
import type { SketchPart } from '../../partials/sketch.ts';
import type { Window } from '../windows/windows.ts';
import { instantOfWallTime } from '../../time/time-zone.ts';
import { wallMs } from '../../time/wall-text.ts';

/** What was found in one period, by window and bucket. */
export type PeriodCells = Partial<Record<WindowName, Map<number, Partials>>>;

/** What was found for one combination of the grouping dimensions' values. */
export interface Group {
  /** One label per dimension, in the order of groupBy. */
  labels: string[];
  /** As the question has them. */
  periods: PeriodCells[];
}

export interface MergeOptions {
  storedZone: string;
  /** Costs come in units of 10^-costSumScale from sums. */
  costSumScale: number;
}

/** Merges the rows of all statements and segments; groups come in the order of their labels. */
export function mergePartials(executed: readonly ExecutedStatement[], options: MergeOptions): Group[] {
  const groups = new Map<string, Group>();
  for (const { statement, rows } of executed) {
    for (const row of rows) {
      const labels = groupLabels(row, statement.groupBy);
      const key = JSON.stringify(labels);
      const group = groups.get(key) ?? { labels, periods: [] };
      groups.set(key, group);
      mergeRow(cellOf(group, statement.window, bucketIndex(row, statement.window)), row, statement, options);
    }
  }
  const groupBy = executed[0]?.statement.groupBy ?? [];
  return [...groups.values()].sort((a, b) => compareLabels(a.labels, b.labels, groupBy));
}

function mergeRow(target: Partials, row: PartialRow, statement: Statement, options: MergeOptions): void {
  for (const name of statement.partials) {
    target.values[name] = mergePartial(name, target.values[name], readPartial(name, row[name] ?? null, options));
  }
  if (statement.sketch !== null) {
    const part = readPairs(String(row[keyAliases.sketch] ?? ''));
    if (countOf(part) !== Number(row[sketchCount(statement.sketch)] ?? 0)) {
      throw new RangeError('The database cut off a sketch');
    }
    if (part.length > 0) {
      (target.sketches[statement.sketch] ??= { parts: [] }).parts.push(part);
    }
  }
}

function readPairs(text: string): SketchPart {
  const pairs = text === '' ? [] : text.split(',').map((pair) => pair.split(':').map(Number));
  if (!pairs.every((pair) => pair.length === 2 && pair.every(Number.isInteger))) {
    throw new TypeError('Not a sketch');
  }
  return Float64Array.from(pairs.flat());
}

function countOf(part: SketchPart): number {
  return part.reduce((sum, value, position) => (position % 2 === 1 ? sum + value : sum), 0);
}

function cellOf(group: Group, window: Window, bucket: number): Partials {
  // No holes, where a group has calls in the previous period only.
  while (group.periods.length < window.period) {
    group.periods.push({});
  }
  const cells = (group.periods[window.period] ??= {});
  const buckets = (cells[window.name] ??= new Map());
  return bucketOf(buckets, bucket);
}

function bucketOf(buckets: Map<number, Partials>, index: number): Partials {
  const bucket = buckets.get(index) ?? noPartials();
  buckets.set(index, bucket);
  return bucket;
}

/** Adds the calls of `source` to those of `target`. */
export function addCells(target: PeriodCells, source: PeriodCells): void {
  for (const [name, buckets] of Object.entries(source) as [WindowName, Map<number, Partials>][]) {
    const merged = (target[name] ??= new Map());
    for (const [index, partials] of buckets) {
      addPartials(bucketOf(merged, index), partials);
    }
  }
}

// A row outside of the grid would be missing from the answer without a word.
function bucketIndex(row: PartialRow, { grid, positions }: Window): number {
  const index = Number(row[keyAliases.bucket] ?? 0);
  const position = positions[index];
  if (position === undefined) {
    throw new RangeError(`The database put a row into bucket ${String(index)} of ${String(grid.buckets.length)}`);
  }
  return position;
}

function groupLabels(row: PartialRow, groupBy: readonly GroupDimension[]): string[] {
  return groupBy.map(({ labelOf }, position) => labelOf(row[keyAliases.group(position)] ?? null));
}

function readPartial(name: PartialName, value: PartialValue, options: MergeOptions): bigint | null {
  if (value === null) {
    return null;
  }
  const { type, merge } = partialDefinition(name);
  switch (type) {
    case 'integer':
      return parseDecimal(value, 0);
    case 'decimal':
      return parseDecimal(value, decimalScale);
    case 'money':
      return parseDecimal(value, merge === 'add' ? decimalScale - options.costSumScale : decimalScale);
    case 'time':
      return BigInt(instantOfWallTime(options.storedZone, wallMs(String(value))));
    default:
      return type satisfies never;
  }
}

function compareLabels(a: readonly string[], b: readonly string[], groupBy: readonly GroupDimension[]): number {
  const position = a.findIndex((label, index) => label !== b[index]);
  return groupBy[position]?.compare(a[position] ?? '', b[position] ?? '') ?? 0;
}
