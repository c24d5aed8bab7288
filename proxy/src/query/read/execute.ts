import type { AbortableQueryOptions } from 'kysely';
import type { EngineDialect } from '../../database/dialect.ts';
import { databaseError } from '../../database/errors.ts';
import { ApiError } from '../../errors.ts';
import type { PartialValue } from '../../partials/read-partial.ts';
import type { Statement } from './compile.ts';

/** A row as drivers return it. */
export type PartialRow = Record<string, PartialValue>;

export interface ExecuteOptions {
  signal: AbortSignal;
  dialect: EngineDialect;
  maxRows: number;
}

export interface ExecutedStatement {
  statement: Statement;
  rows: PartialRow[];
}

/**
 * Runs the statements one after the other. When `signal` aborts, the running one is cancelled on the server. Throws
 * `query_timeout`, `unavailable` or `query_too_large` (more than `maxRows` rows); a caller that went away gets the
 * signal's own reason.
 */
export async function executeStatements(
  statements: readonly Statement[],
  options: ExecuteOptions
): Promise<ExecutedStatement[]> {
  const executed: ExecutedStatement[] = [];
  for (const statement of statements) {
    const rows = readRows(await runSelect(statement.select, options));
    if (rows.length > options.maxRows) {
      throw new ApiError(
        'query_too_large',
        `The answer has more than ${String(options.maxRows)} rows (groups × intervals): choose a longer interval, a shorter range, fewer dimensions, or a filter`
      );
    }
    executed.push({ statement, rows });
  }
  return executed;
}

// By hand, because answers may have hundreds of thousands of rows and a schema per value would block the process.
function readRows(rows: readonly Record<string, unknown>[]): PartialRow[] {
  if (!rows.every((row) => Object.values(row).every(isPartialValue))) {
    throw new TypeError('The database returned a value that is neither a number nor text');
  }
  return rows as PartialRow[];
}

function isPartialValue(value: unknown): value is PartialValue {
  return value === null || ['string', 'number', 'bigint'].includes(typeof value);
}

interface Executable<Row> {
  execute: (options: AbortableQueryOptions) => Promise<Row[]>;
}

/** Runs one SELECT that is cancelled on the server when `signal` aborts. */
export async function runSelect<Row>(
  select: Executable<Row>,
  { signal, dialect }: Pick<ExecuteOptions, 'signal' | 'dialect'>
): Promise<Row[]> {
  signal.throwIfAborted();
  try {
    return await select.execute({ signal, inflightQueryAbortStrategy: dialect.onAbort });
  } catch (error) {
    signal.throwIfAborted();
    throw databaseError(error);
  }
}
