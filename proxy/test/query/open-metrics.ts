import { sql } from 'kysely';
import { createRowCellReader } from '../../src/rollups/read-cells.ts';
import type { RollupReader } from '../../src/rollups/read-rollups.ts';
import type { Engine } from '../../src/database/dialect.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import { type MetricsSource, readMetricsSource } from '../../src/database/metrics-source.ts';
import { type Database, openDatabase } from '../../src/database/open-database.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { type Answer, answerQuery } from '../../src/query/answer.ts';
import { createCursors } from '../../src/query/calls/cursor.ts';
import {
  type DimensionValues,
  type DimensionValuesRequest,
  readDimensionValues,
} from '../../src/query/dimension-values.ts';
import { answerRows, type Row } from '../../src/query/output/rows.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { freshDatabase } from '../servers/fresh-database.ts';
import { questionContext } from './question-context.ts';

type Context = Parameters<typeof questionContext>[0];

/** A call as it is inserted: what is left out is NULL, and `start_time` is 12:00 on 2026-05-01. */
export type Call = Partial<{
  id: number;
  monitor_id: string | null;
  provider: string | null;
  model_name: string | null;
  start_time: string;
  end_time: string | null;
  total_time: number | null;
  cost: string | number | null;
  total_tokens: number | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
}>;

export interface OpenMetrics {
  database: Database<MetricsTables>;
  insert: (calls: Call[]) => Promise<void>;
  /** Runs statements for the test's own purposes, such as ALTER TABLE. */
  run: (...statements: string[]) => Promise<void>;
  answer: (query: Partial<QueryInput>, context?: Context) => Promise<Answer>;
  rows: (query: Partial<QueryInput>, context?: Context) => Promise<Row[]>;
  /** What answers from now on; rows do at first. */
  useRollups: (reader: RollupReader | null) => void;
  dimensionValues: (request: Partial<DimensionValuesRequest>, context?: Context) => Promise<DimensionValues>;
  close: () => Promise<void>;
}

export interface OpenMetricsOptions {
  /** A server of the test's own, instead of the one of this run. */
  serverUrl?: string;
  /** The zone that DATETIME is in. */
  metricsTimezone?: string;
  maxRows?: number;
  maxRowsRead?: number;
  poolSize?: number;
}

/** A database of its own with the tables of `proxy/schema`, and the whole path of a query on it. */
export async function openMetrics(engine: Engine, options: OpenMetricsOptions = {}): Promise<OpenMetrics> {
  const { serverUrl, metricsTimezone = 'UTC', maxRows = 100_000, maxRowsRead = 1_000_000, poolSize = 2 } = options;
  const fresh = await freshDatabase(engine, serverUrl);
  const database = openDatabase<MetricsTables>(fresh.url, { poolSize, statementTimeoutSeconds: 20 });
  await createMetricsTables(database.kysely, engine);
  const cells = createRowCellReader(database);
  const cursors = createCursors(['a secret for tests that is long enough']);
  let source: MetricsSource | undefined;
  const readSource = async () => (source ??= await readMetricsSource(database, metricsTimezone));

  let rollups: RollupReader | null = null;
  const environment = async () => ({
    database,
    source: await readSource(),
    rollups,
    cells,
    cursors,
    maxRows,
    maxRowsRead,
  });

  const answer = async (query: Partial<QueryInput>, context: Context = {}) => {
    const known = await environment();
    return answerQuery(
      known,
      { ...(query.kind === 'calls' ? {} : { metrics: ['requests'] }), ...query },
      questionContext({ storedZone: known.source.startTimeZone, ...context }),
      new AbortController().signal
    );
  };
  return {
    database,
    insert: async (calls) => {
      const values = calls.map((call) => ({ start_time: '2026-05-01 12:00:00.000', ...call }));
      await database.kysely
        .insertInto('ai_metrics')
        .values(values as never)
        .execute();
    },
    run: async (...statements) => {
      source = undefined;
      for (const statement of statements) {
        await sql`${sql.raw(statement)}`.execute(database.kysely); // eslint-disable-line no-restricted-syntax -- tests make tables of their own
      }
    },
    answer,
    useRollups: (reader) => {
      rollups = reader;
    },
    rows: async (query, context) => answerRows(await answer(query, context), 'USD').rows,
    dimensionValues: async (request, context) =>
      readDimensionValues(
        await environment(),
        { dimension: 'model_name', search: '', filters: [], limit: 1000, ...request },
        questionContext(context),
        new AbortController().signal
      ),
    close: async () => {
      await database.close();
      await fresh.drop();
    },
  };
}
