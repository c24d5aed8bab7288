import { type ExpressionBuilder, sql } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { databaseError } from '../database/errors.ts';
import { metricsColumns, type MetricsSource } from '../database/metrics-source.ts';
import { abortable, type Database, readOnly } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { createInFlight } from '../in-flight.ts';
import type { Partials } from '../partials/partials.ts';
import { wallText } from '../time/wall-text.ts';
import { keyColumns, keyNames, packedColumn } from './call-columns.ts';
import { type CallRow, createPartialsReader, packedSeparator } from './call-rows.ts';
import type { Group } from './content.ts';
import { sketchNames, storedPartials } from './page-codec.ts';
import type { DecodedPage } from './rollup-page.ts';
import { baseTier } from './tiers.ts';

/** Calls of stored time `[wallFrom, wallTo)` in ms since 1970 as if it were UTC; null: of any id. */
export interface CallsStretch {
  wallFrom: number;
  wallTo: number;
  afterId: bigint | null;
}

/** What is known of a group's calls in a stretch, as a page has it. Cells begin where the stretch does, at the earliest. */
export interface RowCells {
  group: Group;
  cells: DecodedPage;
}

export interface RowCellReader {
  /**
   * The calls of each stretch as cells of the base tier, all as of one moment. Questions that ask at once are read once.
   * Null where there are so many calls that a question had better read only what it needs of them. Throws as queries do.
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

/** Reads what is not in the rollups: the ends of ranges that fill no cell, and the newest calls. */
export function createRowCellReader(database: Database<MetricsTables>, mostCalls = defaultMostCalls): RowCellReader {
  const running = createInFlight<RowCells[][] | null>(() => undefined);
  let restsUntil = -Infinity;
  return {
    read: async (source, stretches, caller) => {
      if (performance.now() < restsUntil) {
        return null;
      }
      return running.share(stretches.map(keyOf).join(), caller, async (signal) => {
        try {
          const rows = await selectRows(readOnly(database), source, stretches, mostCalls + 1).execute(
            await abortable(database, signal)
          );
          const found = readRows(rows, stretches, source.dialect.costSumScale);
          if (found.calls > mostCalls) {
            restsUntil = performance.now() + restMs;
            return null;
          }
          return found.cells;
        } catch (error) {
          signal.throwIfAborted();
          throw databaseError(error);
        }
      });
    },
  };
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

function readRows(
  rows: readonly StretchRow[],
  stretches: readonly CallsStretch[],
  costSumScale: number
): { calls: number; cells: RowCells[][] } {
  const readPartials = createPartialsReader(costSumScale);
  const found = stretches.map(() => new Map<string, { group: Group; starts: number[]; partials: Partials[] }>());
  let calls = 0;
  for (const row of rows) {
    const { aitoys_cell: cell, aitoys_provider: provider, aitoys_model_name: modelName } = row;
    const position = Number(row[stretchName]);
    const partials = readPartials(row.aitoys_packed.split(packedSeparator));
    calls += Number(partials.values.requests ?? 0n);
    const groups = found[position];
    const key = JSON.stringify([provider, modelName]);
    const known = groups?.get(key) ?? { group: { provider, modelName }, starts: [], partials: [] };
    groups?.set(key, known);
    // A time range has no calls without a time.
    known.starts.push(Math.max(Number(cell) * baseTier.seconds, (stretches[position]?.wallFrom ?? 0) / 1000));
    known.partials.push(partials);
  }
  const cells = found.map((groups) =>
    [...groups.values()].map(({ group, starts, partials }) => ({ group, cells: columnsOf(starts, partials) }))
  );
  return { calls, cells };
}

/** Column by column, as pages are. */
function columnsOf(starts: number[], partials: readonly Partials[]): DecodedPage {
  const values: DecodedPage['values'] = {};
  for (const name of storedPartials) {
    values[name] = partials.map((cell) => cell.values[name] ?? null);
  }
  const sketches: DecodedPage['sketches'] = {};
  for (const name of sketchNames) {
    sketches[name] = partials.map((cell) => cell.sketches[name]?.parts[0] ?? null);
  }
  return { starts, values, sketches };
}
