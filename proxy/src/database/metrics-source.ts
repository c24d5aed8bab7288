import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { ApiError } from '../errors.ts';
import { type ColumnType, readColumnType } from './column-type.ts';
import type { EngineDialect } from './dialect.ts';
import { databaseError } from './errors.ts';
import type { Database } from './open-database.ts';
import { declaredType, readTableColumns, type TableColumn } from './table-columns.ts';
import { readIndexes, type TableIndex } from './table-index.ts';
import type { AiMetricsTable, MetricsTables } from './tables.ts';

export type MetricsColumn = keyof AiMetricsTable;

/** What the real `ai_metrics` is like: read once from the database's own catalog, and kept by the caller. */
export interface MetricsSource {
  dialect: EngineDialect;
  /** Zone in which start_time is read: UTC for TIMESTAMP, METRICS_TIMEZONE for DATETIME. */
  startTimeZone: string;
  columns: Record<MetricsColumn, ColumnType & { nullable: boolean }> & Record<'start_time' | 'end_time', TimeType>;
  indexes: TableIndex[];
  /** As the server estimates it. */
  rowsEstimate: number;
  /** `BASE TABLE` or `VIEW`. */
  tableType: string;
  /** Such as InnoDB; null for views and SQLite. */
  storageEngine: string | null;
}

type TimeType = Extract<ColumnType, { kind: 'time' }>;
type Kind = ColumnType['kind'];

const numbers: Kind[] = ['integer', 'decimal', 'float'];
const usableKinds: Record<MetricsColumn, Kind[]> = {
  id: ['integer', 'decimal', 'text'],
  monitor_id: ['text', 'integer'],
  provider: ['text', 'integer'],
  model_name: ['text', 'integer'],
  start_time: ['time'],
  end_time: ['time'],
  total_time: numbers,
  cost: numbers,
  total_tokens: numbers,
  prompt_tokens: numbers,
  completion_tokens: numbers,
};

/** Every column of `ai_metrics` that this product reads. */
export const metricsColumns = Object.keys(usableKinds) as MetricsColumn[];

/**
 * Reads what `ai_metrics` is like. Throws an ApiError `unavailable` where it can't be reached or used: its cause says,
 * for the log, which table or column is missing or of a type that can't be read.
 */
export async function readMetricsSource(
  database: Database<MetricsTables>,
  metricsTimezone: string
): Promise<MetricsSource> {
  const dialect = await database.dialect();
  const kysely = database.kysely as unknown as Kysely<unknown>;
  try {
    const found = await readTableColumns(kysely, dialect.engine, 'ai_metrics');
    const columns = checkColumns(found, columnTypes(dialect.engine, found, metricsTimezone));
    return {
      dialect,
      startTimeZone: columns.start_time.zone,
      columns,
      indexes: await readIndexes(kysely, dialect.engine, 'ai_metrics'),
      ...(dialect.engine === 'sqlite' ? await readSqliteTable(kysely) : await readServerTable(kysely)),
    };
  } catch (error) {
    throw databaseError(error);
  }
}

function checkColumns(found: TableColumn[], types: Map<string, ColumnType | undefined>): MetricsSource['columns'] {
  if (found.length === 0) {
    throw unusable(['there is no table ai_metrics that this account may read (npm run schema prints its DDL)']);
  }
  const problems: string[] = [];
  const usable = new Map<MetricsColumn, ColumnType & { nullable: boolean }>();
  for (const name of metricsColumns) {
    const column = found.find((candidate) => candidate.name === name);
    const type = types.get(name);
    if (column === undefined) {
      problems.push(`ai_metrics has no column ${name} that this account may read`);
    } else if (type === undefined || !usableKinds[name].includes(type.kind)) {
      problems.push(`ai_metrics.${name} is ${declaredType(column)} and has to be ${usableKinds[name].join(' or ')}`);
    } else {
      usable.set(name, { ...type, nullable: column.nullable });
    }
  }
  if (problems.length > 0) {
    throw unusable(problems);
  }
  return Object.fromEntries(usable) as MetricsSource['columns'];
}

function unusable(problems: string[]): ApiError {
  return new ApiError('unavailable', 'The table of calls is missing or not as expected', {
    cause: new Error(problems.join('; ')),
  });
}

const sqliteText: ColumnType = {
  kind: 'text',
  declared: 'TEXT',
  maxCharacters: null,
  maxBytes: null,
  characterSet: 'utf8',
  collation: 'BINARY',
};
const sqliteInteger: ColumnType = { kind: 'integer', declared: 'INTEGER', min: 0n, max: 4_294_967_295n };

// SQLite's columns hold anything: their types are what `schema/sqlite.sql` means by them.
function sqliteTypes(metricsTimezone: string): Record<MetricsColumn, ColumnType> {
  const time: ColumnType = {
    kind: 'time',
    declared: 'TEXT',
    type: 'datetime',
    zone: metricsTimezone,
    fractionDigits: 3,
  };
  return {
    id: { kind: 'integer', declared: 'INTEGER', min: 1n, max: 2n ** 53n - 1n },
    monitor_id: sqliteText,
    provider: sqliteText,
    model_name: sqliteText,
    start_time: time,
    end_time: time,
    total_time: sqliteInteger,
    // Added in whole units of 10^-8, which are exact up to 2^53.
    cost: { kind: 'decimal', declared: 'REAL', precision: 15, scale: 8, unsigned: false },
    total_tokens: sqliteInteger,
    prompt_tokens: sqliteInteger,
    completion_tokens: sqliteInteger,
  };
}

function columnTypes(
  engine: EngineDialect['engine'],
  columns: TableColumn[],
  metricsTimezone: string
): Map<string, ColumnType | undefined> {
  if (engine !== 'sqlite') {
    return new Map(columns.map((column) => [column.name, readColumnType(column, metricsTimezone)]));
  }
  const types: Partial<Record<string, ColumnType>> = sqliteTypes(metricsTimezone);
  return new Map(columns.map(({ name }) => [name, types[name]]));
}

type TableFacts = Pick<MetricsSource, 'rowsEstimate' | 'tableType' | 'storageEngine'>;

async function readServerTable(kysely: Kysely<unknown>): Promise<TableFacts> {
  const { rows } = await sql`select TABLE_TYPE as tableType, ENGINE as storageEngine, TABLE_ROWS as rowsEstimate
    from information_schema.TABLES where TABLE_SCHEMA = database() and TABLE_NAME = 'ai_metrics'`.execute(kysely);
  const [table] = z
    .array(
      z.object({
        tableType: z.string(),
        storageEngine: z.string().nullable(),
        rowsEstimate: z.coerce.number().nullable(),
      })
    )
    .parse(rows);
  return {
    rowsEstimate: table?.rowsEstimate ?? 0,
    tableType: table?.tableType ?? 'BASE TABLE',
    storageEngine: table?.storageEngine ?? null,
  };
}

async function readSqliteTable(kysely: Kysely<unknown>): Promise<TableFacts> {
  const { rows } = await sql`select coalesce(max(id), 0) as rowsEstimate from ai_metrics`.execute(kysely);
  const [table] = z.array(z.object({ rowsEstimate: z.coerce.number() })).parse(rows);
  return { rowsEstimate: table?.rowsEstimate ?? 0, tableType: 'BASE TABLE', storageEngine: null };
}
