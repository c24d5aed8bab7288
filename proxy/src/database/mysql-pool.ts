import type { MysqlPool } from 'kysely';
import { createConnection, createPool, type PoolConnection, type PoolOptions, type TypeCast } from 'mysql2';
import { ApiError } from '../errors.ts';
import { tlsOptions } from './database-tls.ts';
import type { DatabaseAddress } from './database-url.ts';
import type { Engine } from './dialect.ts';
import { isLostConnection } from './errors.ts';
import { mariadbDialect } from './dialects/mariadb.ts';
import { mysqlDialect } from './dialects/mysql.ts';

const sqlMode =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

// A sketch as text has at most a few ten thousand characters; the servers' default is 1 KiB in older ones.
const maxJoinedBytes = 1_048_576;

// How long after the server's own limit a silent connection is given up (a network that drops packets says nothing).
const silenceGraceMs = 3000;

type MysqlAddress = Extract<DatabaseAddress, { kind: 'mysql' }>;
type Callback = (error: unknown, result?: unknown) => void;

export interface MysqlPoolOptions {
  poolSize: number;
  statementTimeoutSeconds: number;
  silentSeconds?: number;
  /** Told once per new connection which server answered. */
  onServer: (server: { engine: Engine; version: string }) => void;
}

/** mysql2's options that every connection of the proxy shares. Numbers that float64 can't hold come as text. */
function connectionOptions(address: MysqlAddress): PoolOptions {
  return {
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    database: address.database,
    charset: 'utf8mb4_general_ci',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    stringifyObjects: true,
    typeCast: readFloats,
    multipleStatements: false,
    connectTimeout: 5000,
    ...(address.tls === null ? {} : { ssl: tlsOptions(address.tls) }),
  };
}

// mysql2's own reading of FLOAT and DOUBLE is off by the last bit for many numbers of 16 and 17 digits.
const readFloats: TypeCast = (field, next) => {
  if (field.type !== 'DOUBLE' && field.type !== 'FLOAT') {
    return next();
  }
  const text = field.string();
  return text === null ? null : Number(text);
};

/**
 * A mysql2 pool for Kysely whose connections are safe to use: before the first statement each one has its zone, SQL
 * mode and time limit set and verified; parameters that are not scalars are refused; a connection that was lost, or
 * whose server became read-only, is not used again.
 */
export function createMysqlPool(address: MysqlAddress, options: MysqlPoolOptions): MysqlPool {
  const pool = createPool({
    ...connectionOptions(address),
    connectionLimit: options.poolSize,
    waitForConnections: true,
  });
  const prepared = new WeakSet<PoolConnection>();
  return {
    getConnection(callback) {
      pool.getConnection((error, connection) => {
        // mysql2's types promise a connection even with an error.
        if (error !== null) {
          callback(error, connection);
          return;
        }
        if (prepared.has(connection)) {
          callback(null, connection);
          return;
        }
        guardQueries(connection, options.statementTimeoutSeconds * 1000 + silenceGraceMs);
        prepareSession(connection, options).then(
          () => {
            prepared.add(connection);
            callback(null, connection);
          },
          (failure: unknown) => {
            connection.destroy();
            callback(failure, connection);
          }
        );
      });
    },
    end: (callback) => {
      pool.end(callback);
    },
  };
}

/** A connection beside the pool, so that KILL never waits for a free one. */
export function createControlConnection(config: object | string): ReturnType<typeof createConnection> {
  return createConnection(config as PoolOptions);
}

async function prepareSession(connection: PoolConnection, options: MysqlPoolOptions): Promise<void> {
  const run = async (statement: string) =>
    (await connection.promise().query(statement))[0] as Record<string, unknown>[];
  // Text inside statements is escaped by backslashes: the mode must be known to allow them before any value is sent.
  await run(
    `set session time_zone = '+00:00', sql_mode = '${sqlMode}', group_concat_max_len = ${String(maxJoinedBytes)}`
  );
  // Whatever the server's default is: what a transaction reads has to be of one moment.
  await run('set session transaction isolation level repeatable read');
  const [server] = await run('select version() as version');
  const version = String(server?.['version']);
  const dialect = /mariadb/i.test(version) ? mariadbDialect : mysqlDialect;
  // Texts of statements compare byte for byte: to others the server takes 'A' and 'a' for one and the same expression.
  await run(`set session collation_connection = '${dialect.exactCollation}'`);
  if (options.silentSeconds !== undefined) {
    await run(`set session wait_timeout = ${String(options.silentSeconds)}`);
  }
  for (const statement of dialect.timeLimit(options.statementTimeoutSeconds)) {
    await run(statement);
  }
  const [session] = await run('select @@session.time_zone as zone, @@session.sql_mode as mode');
  if (session?.['zone'] !== '+00:00' || String(session['mode']).includes('NO_BACKSLASH_ESCAPES')) {
    throw new ApiError('unavailable', 'The database does not keep the time zone or SQL mode of a session');
  }
  options.onServer({ engine: dialect.engine, version });
}

function guardQueries(connection: PoolConnection, silenceMs: number): void {
  const query = connection.query.bind(connection) as (sql: unknown, values: unknown, done?: Callback) => unknown;
  const guarded = (statement: unknown, values?: unknown, done?: Callback): unknown => {
    const scalars = !Array.isArray(values) || values.every(isScalar);
    const refusal = scalars ? undefined : new TypeError('A parameter of a statement is not a scalar');
    if (done === undefined) {
      // Streams have no callback.
      if (refusal !== undefined) {
        throw refusal;
      }
      return query(statement, values);
    }
    if (refusal !== undefined) {
      done(refusal);
      return undefined;
    }
    let settled = false;
    const settle: Callback = (error, result) => {
      if (settled) {
        return;
      }
      settled = true;
      clearTimeout(silence);
      if (isLostConnection(error)) {
        connection.destroy();
      }
      done(error, result);
    };
    const silence = setTimeout(() => {
      connection.destroy();
      settle(Object.assign(new Error('The database stopped answering'), { code: 'PROTOCOL_CONNECTION_LOST' }));
    }, silenceMs);
    return query(statement, values, settle);
  };
  connection.query = guarded as typeof connection.query;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value) || Buffer.isBuffer(value);
}
