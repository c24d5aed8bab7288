import { CompiledQuery, sql } from 'kysely';
import { z } from 'zod';
import type { Progress } from '../src/cli/progress.ts';
import { ToolError } from '../src/cli/run-tool.ts';
import { insertCalls } from '../src/database/insert-calls.ts';
import { serverTableDdl } from '../src/database/metrics-schema.ts';
import { readMetricsSource } from '../src/database/metrics-source.ts';
import { missingIndexes } from '../src/database/missing-indexes.ts';
import type { Database } from '../src/database/open-database.ts';
import type { MetricsTables } from '../src/database/tables.ts';
import { demoRows } from '../src/demo/demo-rows.ts';
import { fixedOffset } from './direct-sql.ts';
import { loadedMark, loadingMark, type Mark, readMark } from './table-mark.ts';

export interface LoadOptions {
  /** Undefined: whatever is there. */
  rows: number | undefined;
  metricsTimezone: string;
  say: (text: string) => void;
  /** Called when calls begin to be loaded. */
  startProgress: (what: string, total: number) => Progress;
}

const day = 86_400_000;
// The same calls everywhere and at any time, so that results can be compared. The last day is a Wednesday.
const generated = { seed: 1, from: Date.UTC(2026, 0, 1) - 90 * day, until: Date.UTC(2026, 0, 1) };

/**
 * Makes sure that `ai_metrics` has as many calls as asked and returns how many it has. A table that is not there is made;
 * one whose making was interrupted is finished; any other is only read. Throws a ToolError where it has another number.
 */
export async function ensureTable(database: Database<MetricsTables>, options: LoadOptions): Promise<number> {
  const { rows, say } = options;
  const comment = await readTableComment(database);
  if (comment === undefined) {
    if (rows === undefined) {
      throw new ToolError('There is no table ai_metrics to measure. With --rows N one is made with N generated calls.');
    }
    await createTable(database, rows, options.metricsTimezone);
    return loadTable(database, rows, options);
  }
  const mark = readMark(comment);
  if (mark?.state === 'loading') {
    if (rows !== mark.rows) {
      const command = `npm run bench -- --rows ${String(mark.rows)}`;
      throw new ToolError(`The making of ai_metrics was interrupted: ${command} finishes it, or drop the table.`);
    }
    return loadTable(database, rows, options);
  }
  say('Counting the calls in ai_metrics …\n');
  const present = await countCalls(database);
  if (present === 0 || (rows !== undefined && rows !== present)) {
    throw new ToolError(describeRefusal(present, rows, mark));
  }
  return present;
}

function describeRefusal(present: number, rows: number | undefined, mark: Mark | undefined): string {
  const ways = [
    'name another database in DATABASE_URL',
    ...(present > 0 ? ['leave out --rows to measure what is there'] : []),
    ...(mark === undefined ? [] : ['drop the table, which was made by this tool']),
  ];
  return `ai_metrics has ${String(present)} calls${rows === undefined ? '' : `, not ${String(rows)}`}, and was left as it is: ${ways.join(', or ')}.`;
}

async function createTable(database: Database<MetricsTables>, rows: number, metricsTimezone: string): Promise<void> {
  // Before anything is made that can't be measured.
  fixedOffset(metricsTimezone, { from: generated.from, to: generated.until });
  const mark = loadingMark(rows);
  await database.kysely.executeQuery(CompiledQuery.raw(`${serverTableDdl('ai_metrics')} COMMENT = '${mark}'`));
  const { indexes } = await readMetricsSource(database, metricsTimezone);
  // Built at the end, in one go each, which is quicker than keeping them up with every call.
  for (const { name } of indexes.filter((index) => index.name !== 'PRIMARY')) {
    await sql`drop index ${sql.id(name)} on ai_metrics`.execute(database.kysely);
  }
}

/** Goes on after the calls that are there: the same calls are generated every time, and were committed in their order. */
async function loadTable(database: Database<MetricsTables>, rows: number, options: LoadOptions): Promise<number> {
  const { say, startProgress } = options;
  const { kysely } = database;
  const source = await readMetricsSource(database, options.metricsTimezone);
  const present = await countCalls(database);
  const calls = demoRows({ ...generated, rows }, source.columns).drop(present);
  const progress = startProgress('calls', rows);
  await insertCalls(kysely, source.dialect.engine, calls, (inserted) => progress.update(present + inserted)).finally(
    progress.stop
  );
  for (const { columns, ddl } of missingIndexes('ai_metrics', source.columns, source.indexes, source.storageEngine)) {
    say(`Building the index on ${columns.join(', ')} …\n`);
    await kysely.executeQuery(CompiledQuery.raw(ddl));
  }
  await sql`analyze table ai_metrics`.execute(kysely);
  await kysely.executeQuery(CompiledQuery.raw(`ALTER TABLE ai_metrics COMMENT = '${loadedMark(rows)}'`));
  return rows;
}

const commentSchema = z.array(z.object({ comment: z.string() }));

/** Undefined where there is no table. */
async function readTableComment({ kysely }: Database<MetricsTables>): Promise<string | undefined> {
  const { rows } = await sql`select TABLE_COMMENT as comment from information_schema.TABLES
    where TABLE_SCHEMA = database() and TABLE_NAME = 'ai_metrics'`.execute(kysely);
  return commentSchema.parse(rows)[0]?.comment;
}

async function countCalls({ kysely }: Database<MetricsTables>): Promise<number> {
  const { calls } = await kysely
    .selectFrom('ai_metrics')
    .select(({ fn }) => fn.countAll<string | number>().as('calls'))
    .executeTakeFirstOrThrow();
  return Number(calls);
}
