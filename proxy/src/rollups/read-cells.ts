import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ExpressionBuilder, sql } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { databaseError } from '../database/errors.ts';
import { metricsColumns, type MetricsSource } from '../database/metrics-source.ts';
import { abortable, type Database, readOnly } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { ApiError } from '../errors.ts';
import { createInFlight } from '../in-flight.ts';
import { decimalColumn } from '../partials/decimal-column.ts';
import type { PartialName, Partials, SketchName } from '../partials/partials.ts';
import { wallText } from '../time/wall-text.ts';
import { keyColumns, keyNames, packedColumn } from './call-columns.ts';
import { type CallRow, createPartialsReader, packedSeparator } from './call-rows.ts';
import type { Group } from './content.ts';
import type { DecodedPage } from './rollup-page.ts';
import { baseTier } from './tiers.ts';

/** Calls of stored time `[wallFrom, wallTo)` in ms since 1970 as if it were UTC; null: of any id. */
export interface CallsStretch {
  wallFrom: number;
  wallTo: number;
  afterId: bigint | null;
}

/** What is known of a group's calls in a stretch, by cell. Cells begin where the stretch does, at the earliest. */
export interface RowCells {
  group: Group;
  /** In stored seconds since 1970. */
  starts: number[];
  partials: Partials[];
}

export interface RowCellReader {
  /**
   * The calls of each stretch as cells of the base tier, all as of one moment. What is asked for in one turn of the event
   * loop is read by one statement, and who asks for part of what is being read gets that. Null where there are so many
   * calls that a question had better read only what it needs of them, or where they can't be read in time.
   */
  read: (
    source: MetricsSource,
    stretches: readonly CallsStretch[],
    signal: AbortSignal
  ) => Promise<RowCells[][] | null>;
}

/** Reading all that is known of a call takes about ten times as long as reading what a question asks for. */
const defaultMostCalls = 5000;

/** Where there were more, there are more in a moment: this long nobody looks. */
const restMs = 10_000;

const stretchName = 'aitoys_stretch';

interface StretchRow extends CallRow {
  [stretchName]: number | string;
}

/** So that a statement stays small. */
const mostStretches = 32;

/** What one statement reads. */
interface Batch {
  id: string;
  source: MetricsSource;
  /** By `keyOf`. */
  stretches: Map<string, CallsStretch>;
  /** May more stretches be added? */
  isOpen: boolean;
}

interface ReadStretch {
  calls: number;
  cells: RowCells[];
}

/** Reads what is not in the rollups: the ends of ranges that fill no cell, and the newest calls. */
export function createRowCellReader(database: Database<MetricsTables>, mostCalls = defaultMostCalls): RowCellReader {
  const running = createInFlight<ReadonlyMap<string, ReadStretch>>(() => undefined);
  const batches = new Set<Batch>();
  let begun = 0;
  let restsUntil = -Infinity;

  const batchFor = (source: MetricsSource, keys: readonly string[]): Batch => {
    const ofSource = [...batches].filter((batch) => batch.source === source);
    const known =
      ofSource.findLast(({ stretches }) => keys.every((key) => stretches.has(key))) ??
      ofSource.find(({ stretches, isOpen }) => isOpen && stretches.size + keys.length <= mostStretches);
    if (known !== undefined) {
      return known;
    }
    begun += 1;
    const batch = { id: String(begun), source, stretches: new Map<string, CallsStretch>(), isOpen: true };
    batches.add(batch);
    return batch;
  };

  const readBatch = async (batch: Batch, signal: AbortSignal): Promise<ReadonlyMap<string, ReadStretch>> => {
    try {
      await nextTurn();
      batch.isOpen = false;
      const { source, stretches } = batch;
      const asked = [...stretches.values()];
      const rows = await selectRows(readOnly(database), source, asked, mostCalls + 1).execute(
        await abortable(database, signal)
      );
      const found = readRows(rows, asked, source.dialect.costSumScale);
      return new Map(found.map(({ key, ...stretch }) => [key, stretch]));
    } catch (error) {
      signal.throwIfAborted();
      throw databaseError(error);
    } finally {
      batches.delete(batch);
    }
  };

  return {
    read: async (source, stretches, caller) => {
      caller.throwIfAborted();
      if (performance.now() < restsUntil) {
        return null;
      }
      const keys = stretches.map(keyOf);
      const batch = batchFor(source, keys);
      for (const [position, stretch] of stretches.entries()) {
        batch.stretches.set(keys[position] ?? '', stretch);
      }
      const found = await running
        .share(batch.id, caller, (signal) => readBatch(batch, signal))
        .catch((error: unknown) => orNothing(error, caller));
      if (found === null) {
        return null;
      }
      const own = keys.map((key) => stretchOf(found, key));
      if (own.reduce((sum, { calls }) => sum + calls, 0) > mostCalls) {
        restsUntil = performance.now() + restMs;
        return null;
      }
      return own.map(({ cells }) => cells);
    },
  };
}

// A stretch that is left out would be missing from the answer without a word.
function stretchOf(found: ReadonlyMap<string, ReadStretch>, key: string): ReadStretch {
  const stretch = found.get(key);
  if (stretch === undefined) {
    throw new RangeError('A stretch was not read');
  }
  return stretch;
}

/** Others may have asked for what takes too long: whoever gets nothing reads his own calls, or hears himself what is wrong. */
function orNothing(error: unknown, caller: AbortSignal): null {
  caller.throwIfAborted();
  if (error instanceof ApiError && error.code !== 'internal') {
    return null;
  }
  throw error;
}

function keyOf({ wallFrom, wallTo, afterId }: CallsStretch): string {
  return `${String(wallFrom)} ${String(wallTo)} ${String(afterId)}`;
}

/**
 * One statement, so that all of it is of one moment; each stretch finds its rows by an index of its own, and no more of them
 * than may be: MariaDB reads all of a union before it looks at a limit of the whole.
 */
function selectRows(
  db: ReadonlyKysely<MetricsTables>,
  { dialect }: MetricsSource,
  stretches: readonly CallsStretch[],
  limit: number
) {
  const [first, ...others] = stretches.map((stretch, position) =>
    db.selectFrom(selectStretch(db, stretch, position).limit(limit).as('stretch')).selectAll()
  );
  if (first === undefined) {
    throw new TypeError('No stretch to read');
  }
  const calls = others.reduce((union, next) => union.unionAll(next), first);
  return db
    .selectFrom(calls.as('ai_metrics'))
    .select((from) => {
      const columns = from as unknown as ExpressionBuilder<MetricsTables, 'ai_metrics'>;
      return [
        sql.ref<StretchRow[typeof stretchName]>(stretchName).as(stretchName),
        ...keyColumns(columns, dialect),
        packedColumn(columns, dialect, []),
      ];
    })
    .groupBy([stretchName, ...keyNames].map((name) => sql.ref(name)));
}

function selectStretch(
  db: ReadonlyKysely<MetricsTables>,
  { wallFrom, wallTo, afterId }: CallsStretch,
  position: number
) {
  return db
    .selectFrom('ai_metrics')
    .select(metricsColumns)
    .select(sql<number>`${position}`.as(stretchName))
    .where('start_time', '>=', wallText(wallFrom))
    .where('start_time', '<', wallText(wallTo))
    .$if(afterId !== null, (select) => select.where((columns) => sql<boolean>`${columns.ref('id')} > ${afterId}`));
}

/** Of each stretch, in their order. */
function readRows(
  rows: readonly StretchRow[],
  stretches: readonly CallsStretch[],
  costSumScale: number
): (ReadStretch & { key: string })[] {
  const readPartials = createPartialsReader(costSumScale);
  const found = stretches.map((stretch) => ({
    key: keyOf(stretch),
    from: stretch.wallFrom / 1000,
    calls: 0,
    groups: new Map<string, RowCells>(),
  }));
  for (const row of rows) {
    const { aitoys_cell: cell, aitoys_provider: provider, aitoys_model_name: modelName } = row;
    const stretch = found[Number(row[stretchName])];
    if (stretch === undefined) {
      throw new RangeError('The database returned calls that nobody asked for');
    }
    const partials = readPartials(row.aitoys_packed.split(packedSeparator));
    stretch.calls += Number(partials.values.requests ?? 0n);
    const key = JSON.stringify([provider, modelName]);
    const known = stretch.groups.get(key) ?? { group: { provider, modelName }, starts: [], partials: [] };
    stretch.groups.set(key, known);
    // A time range has no calls without a time.
    known.starts.push(Math.max(Number(cell) * baseTier.seconds, stretch.from));
    known.partials.push(partials);
  }
  return found.map(({ key, calls, groups }) => ({ key, calls, cells: [...groups.values()] }));
}

/** What a question needs of cells, column by column, as pages have it. */
export function columnsOfCells(
  { starts, partials }: RowCells,
  names: readonly PartialName[],
  sketchNames: readonly SketchName[]
): DecodedPage {
  const values: DecodedPage['values'] = {};
  for (const name of names) {
    values[name] = decimalColumn(partials.map((cell) => cell.values[name] ?? null));
  }
  const sketches: DecodedPage['sketches'] = {};
  for (const name of sketchNames) {
    sketches[name] = partials.map((cell) => cell.sketches[name]?.parts[0] ?? null);
  }
  return { starts, values, sketches };
}
