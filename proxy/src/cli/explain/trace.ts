import { CompiledQuery, type DatabaseConnection, type RootOperationNode } from 'kysely';

/** A statement of a question, as it came to the database. */
export interface TracedStatement {
  reads: 'calls' | 'rollups';
  query: RootOperationNode;
  sql: string;
  parameters: readonly unknown[];
  /** Null where it was not run. */
  run: { ms: number; rows: number; rowsRead: number | null } | null;
}

export interface Trace {
  /** Watches a connection from now on. */
  watch: (connection: DatabaseConnection) => void;
  /**
   * Records the statements of some work. Without `runsCalls` statements that read calls are not run: they find nothing.
   * With `countsRows` rows that are read are counted.
   */
  record: (how: TraceOptions, work: () => Promise<void>) => Promise<TracedStatement[]>;
}

export interface TraceOptions {
  runsCalls: boolean;
  countsRows: boolean;
}

const readsCalls = /from [`"]ai_metrics[`"]/;
const readsRollups = /from [`"]aitoys_rollup/;

/** Sees what comes to the database at the connection, whoever sends it: the path of a question knows nothing of it. */
export function createTrace(): Trace {
  let recorded: { how: TraceOptions; statements: TracedStatement[] } | undefined;
  return {
    watch: (connection) => {
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = async <Row>(compiled: CompiledQuery, ...others: [] | [object]) => {
        const { sql, parameters, query } = compiled;
        const reads = readsCalls.test(sql) ? 'calls' : readsRollups.test(sql) ? 'rollups' : null;
        if (recorded === undefined || reads === null || query.kind !== 'SelectQueryNode') {
          return execute<Row>(compiled, ...others);
        }
        const { how, statements } = recorded;
        const statement: TracedStatement = { reads, query, sql, parameters, run: null };
        statements.push(statement);
        if (reads === 'calls' && !how.runsCalls) {
          return { rows: [] };
        }
        const before = how.countsRows ? await countRowsRead(connection) : 0;
        const startedAt = performance.now();
        const result = await execute<Row>(compiled, ...others);
        const ms = performance.now() - startedAt;
        const rowsRead = how.countsRows ? (await countRowsRead(connection)) - before : null;
        statement.run = { ms, rows: result.rows.length, rowsRead };
        return result;
      };
    },
    record: async (how, work) => {
      const statements: TracedStatement[] = [];
      recorded = { how, statements };
      try {
        await work();
      } finally {
        recorded = undefined;
      }
      return statements;
    },
  };
}

/** Rows that the server has read for this connection, those of its temporary tables too. */
async function countRowsRead(connection: DatabaseConnection): Promise<number> {
  const { rows } = await connection.executeQuery<{ Value: string }>(
    CompiledQuery.raw("show session status like 'Handler_read%'")
  );
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}
