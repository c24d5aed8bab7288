import { databaseError } from '../../database/errors.ts';
import { insertCalls, type NewCall } from '../../database/insert-calls.ts';
import { type MetricsSource, readMetricsSource } from '../../database/metrics-source.ts';
import type { Database } from '../../database/open-database.ts';
import type { MetricsTables } from '../../database/tables.ts';
import { ToolError } from '../run-tool.ts';
import { type CallReader, createCallReader } from './call-reader.ts';
import { BrokenCsvError, readCsvRecords } from './csv-records.ts';
import { describeProblem, type Problem } from './problem.ts';

export interface ImportOptions {
  metricsTimezone: string;
  /** Load the file even where its first call is in the table already. */
  append: boolean;
  /** Told that the whole file is right and how many calls it has, before the first one is loaded. */
  onChecked: (calls: number) => void;
  onProgress: (loaded: number) => void;
}

/** What was loaded. Times are as in the table. */
export interface Imported {
  calls: number;
  firstStart: string;
  lastStart: string;
  /** Calls for each provider and model, most first. */
  models: { provider: string | null; model_name: string | null; calls: number }[];
}

/** How many problems are told one by one. */
const shownProblems = 20;

/**
 * Loads a CSV file into ai_metrics: all of it or nothing. The whole file is read and checked first; then it is read
 * again and loaded in one transaction. Throws a ToolError that lists what is wrong, by line and column.
 */
export async function importCalls(
  database: Database<MetricsTables>,
  path: string,
  { metricsTimezone, append, onChecked, onProgress }: ImportOptions
): Promise<Imported> {
  const source = await readMetricsSource(database, metricsTimezone);
  refuseWithoutTransactions(source);
  const { first, ...imported } = await checkFile(path, source);
  if (!append && first !== undefined && (await isThere(database, first))) {
    throw new ToolError(
      'The first call of the file is in ai_metrics already, so it was probably loaded before: nothing was loaded. Give --append to load it all the same.'
    );
  }
  onChecked(imported.calls);
  const loaded = await database.kysely
    .transaction()
    .execute((trx) => insertCalls(trx, source.dialect.engine, readCheckedCalls(path, source), onProgress))
    .catch((error: unknown) => {
      throw error instanceof Error && databaseError(error).code === 'internal' && !(error instanceof ToolError)
        ? new ToolError(`The database refused the file, and nothing was loaded: ${error.message}`, { cause: error })
        : error;
    });
  return { ...imported, calls: loaded };
}

function refuseWithoutTransactions({ tableType, storageEngine }: MetricsSource): void {
  // What the engines that know transactions are called; others would keep half a file when something goes wrong.
  const known = ['innodb', 'rocksdb', 'ndbcluster', 'ndb', 'tokudb'];
  if (tableType !== 'VIEW' && storageEngine !== null && !known.includes(storageEngine.toLowerCase())) {
    throw new ToolError(`ai_metrics is a ${storageEngine} table, which has no transactions: nothing was loaded`);
  }
}

// A file that was loaded before would double every number without a word.
async function isThere({ kysely }: Database<MetricsTables>, call: NewCall): Promise<boolean> {
  const told = ['start_time', 'monitor_id', 'provider', 'model_name', 'total_time', 'total_tokens'] as const;
  const found = await told
    .reduce(
      (query, column) =>
        query.where(column, (call[column] ?? null) === null ? 'is' : '=', (call[column] ?? null) as string),
      kysely.selectFrom('ai_metrics').select('id')
    )
    .limit(1)
    .execute();
  return found.length > 0;
}

async function checkFile(path: string, source: MetricsSource): Promise<Imported & { first: NewCall | undefined }> {
  const shown: Problem[] = [];
  let problems = 0;
  const summary = startSummary();
  let first: NewCall | undefined;
  for await (const result of readCalls(path, source)) {
    if (Array.isArray(result)) {
      problems += result.length;
      shown.push(...result.slice(0, shownProblems - shown.length));
    } else {
      first ??= result;
      summary.add(result);
    }
  }
  if (problems > 0) {
    const more = problems > shown.length ? [`… and ${String(problems - shown.length)} more`] : [];
    throw new ToolError(
      [
        `The file has ${String(problems)} ${problems === 1 ? 'problem' : 'problems'}; nothing was loaded:`,
        ...shown.map(describeProblem),
        ...more,
      ].join('\n')
    );
  }
  return { ...summary.result(), first };
}

async function* readCheckedCalls(path: string, source: MetricsSource): AsyncGenerator<NewCall, void, undefined> {
  for await (const result of readCalls(path, source)) {
    if (Array.isArray(result)) {
      throw new ToolError('The file changed while it was read: nothing was loaded');
    }
    yield result;
  }
}

/** The calls of a file, and in their place what is wrong with a line. */
async function* readCalls(path: string, source: MetricsSource): AsyncGenerator<NewCall | Problem[], void, undefined> {
  let reader: CallReader | undefined;
  let lines = 0;
  try {
    for await (const { line, fields } of readCsvRecords(path)) {
      if (reader === undefined) {
        const made = createCallReader(fields, source);
        if (Array.isArray(made)) {
          yield made;
          return;
        }
        reader = made;
      } else {
        const problems: Problem[] = [];
        const call = reader(line, fields, problems);
        lines += 1;
        yield call ?? problems;
      }
    }
  } catch (error) {
    if (!(error instanceof BrokenCsvError)) {
      throw error;
    }
    yield [{ line: error.line, column: null, message: `${error.message}; the rest was not read` }];
    return;
  }
  if (lines === 0) {
    const message = reader === undefined ? 'the file is empty' : 'the file has no lines below its header';
    yield [{ line: 1, column: null, message }];
  }
}

function startSummary() {
  const models = new Map<string, Imported['models'][number]>();
  let calls = 0;
  let firstStart = '';
  let lastStart = '';
  return {
    add({ provider = null, model_name = null, start_time }: NewCall): void {
      calls += 1;
      firstStart = firstStart === '' || start_time < firstStart ? start_time : firstStart;
      lastStart = start_time > lastStart ? start_time : lastStart;
      const key = JSON.stringify([provider, model_name]);
      const model = models.get(key) ?? { provider, model_name, calls: 0 };
      model.calls += 1;
      models.set(key, model);
    },
    result: (): Imported => ({
      calls,
      firstStart,
      lastStart,
      models: [...models.values()].sort((a, b) => b.calls - a.calls),
    }),
  };
}
