import { keyAliases } from './compile.ts';
import { type DecimalColumn, decimalColumn } from '../../partials/decimal-column.ts';
import { readPartial } from '../../partials/read-partial.ts';
import type { ExecutedStatement, PartialRow } from './execute.ts';
import type { GroupDimension } from '../dimensions/group-dimension.ts';
import type { WindowName } from '../metrics/metric.ts';
import { PartialColumns } from '../../partials/partial-columns.ts';
import { partialDefinition, sketchCount, type PartialName, type SketchName } from '../../partials/partials.ts';
import { countIn, type SketchPart } from '../../partials/sketch.ts';
import type { Window } from '../windows/windows.ts';
import { instantOfWallTime } from '../../time/time-zone.ts';

/** What was found in one period, by window. */
export type PeriodCells = Partial<Record<WindowName, PartialColumns>>;

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

/** Where everything that was found is put together, by labels, window and bucket. */
export interface Found {
  /** The group with these labels. */
  group: (labels: string[]) => Group;
  /** All groups, in the order of their labels. */
  list: () => Group[];
}

export function nothingFound(groupBy: readonly GroupDimension[]): Found {
  const groups = new Map<string, Group>();
  return {
    group: (labels) => {
      const key = JSON.stringify(labels);
      const group = groups.get(key) ?? { labels, periods: [] };
      groups.set(key, group);
      return group;
    },
    list: () => [...groups.values()].sort((a, b) => compareLabels(a.labels, b.labels, groupBy)),
  };
}

/** Adds the rows of all statements to what was found. */
export function mergeRows(found: Found, executed: readonly ExecutedStatement[], options: MergeOptions): void {
  for (const { statement, rows } of executed) {
    const values = statement.partials.map((name) => ({ name, column: readColumn(name, rows, options) }));
    for (const [index, row] of rows.entries()) {
      const columns = columnsOf(found.group(groupLabels(row, statement.groupBy)), statement.window);
      const slots = [columns.slotOf(positionOf(row, statement.window))];
      for (const { name, column } of values) {
        columns.add(name, slots, column, index);
      }
      if (statement.sketch !== null) {
        columns.addParts(statement.sketch, slots, [readSketch(statement.sketch, row)]);
      }
    }
  }
}

/** What all rows of a statement have of a partial. */
function readColumn(
  name: PartialName,
  rows: readonly PartialRow[],
  { storedZone, costSumScale }: MergeOptions
): DecimalColumn {
  return decimalColumn(
    rows.map((row) => instantOf(name, readPartial(name, row[name] ?? null, costSumScale), storedZone))
  );
}

function readSketch(name: SketchName, row: PartialRow): SketchPart | null {
  const part = readPairs(String(row[keyAliases.sketch] ?? ''));
  if (countIn(part) !== Number(row[sketchCount(name)] ?? 0)) {
    throw new RangeError('The database cut off a sketch');
  }
  return part.length > 0 ? part : null;
}

function readPairs(text: string): SketchPart {
  const pairs = text === '' ? [] : text.split(',').map((pair) => pair.split(':').map(Number));
  if (!pairs.every((pair) => pair.length === 2 && pair.every(Number.isInteger))) {
    throw new TypeError('Not a sketch');
  }
  return pairs.flat();
}

/** What was found of a group in a window, by bucket of the answer. */
export function columnsOf(group: Group, { period, name }: Pick<Window, 'period' | 'name'>): PartialColumns {
  return (cellsOf(group, period)[name] ??= new PartialColumns());
}

function cellsOf({ periods }: Group, period: number): PeriodCells {
  // No holes, where a group has calls in the previous period only.
  while (periods.length < period) {
    periods.push({});
  }
  return (periods[period] ??= {});
}

/** Adds columns, which become part of the group, to what was found of it in a window. */
export function addColumns(group: Group, window: Pick<Window, 'period' | 'name'>, columns: PartialColumns): void {
  const cells = cellsOf(group, window.period);
  const present = cells[window.name];
  if (present === undefined) {
    cells[window.name] = columns;
  } else {
    present.addAll(columns);
  }
}

// A row outside of the grid would be missing from the answer without a word.
function positionOf(row: PartialRow, { grid, positions }: Window): number {
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

/** Reads a stored time, which partials are merged as an instant. */
export function instantOf(name: PartialName, value: bigint | null, storedZone: string): bigint | null {
  return value === null || partialDefinition(name).type !== 'time'
    ? value
    : BigInt(instantOfWallTime(storedZone, Number(value)));
}

function compareLabels(a: readonly string[], b: readonly string[], groupBy: readonly GroupDimension[]): number {
  const position = a.findIndex((label, index) => label !== b[index]);
  return groupBy[position]?.compare(a[position] ?? '', b[position] ?? '') ?? 0;
}
