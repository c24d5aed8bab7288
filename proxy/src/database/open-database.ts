import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteConnection from 'better-sqlite3';
import { type AbortableQueryOptions, type DatabaseConnection, Kysely, MysqlDialect, sql, SqliteDialect } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { parseDatabaseUrl } from './database-url.ts';
import type { Engine, EngineDialect } from './dialect.ts';
import { mariadbDialect } from './dialects/mariadb.ts';
import { mysqlDialect } from './dialects/mysql.ts';
import { sqliteDialect } from './dialects/sqlite.ts';
import { databaseError } from './errors.ts';
import { createControlConnection, createMysqlPool } from './mysql-pool.ts';

export interface OpenDatabaseOptions {
  poolSize: number;
  /** The server stops any statement after this time. */
  statementTimeoutSeconds: number;
  /** The server gives up a connection, and what it has locked, that says nothing for so long. */
  silentSeconds?: number;
  /** Gets each new connection before its first statement, such as to watch it. */
  onConnection?: ((connection: DatabaseConnection) => void) | undefined;
}

/** A database and what is known of its server. Opening connects to nothing: the first statement does. */
export interface Database<Tables> {
  kysely: Kysely<Tables>;
  /** Asks the server, once it can be reached, which engine it is. Throws an ApiError `unavailable` until then. */
  dialect(): Promise<EngineDialect>;
  /** Such as `MySQL 8.4.3`; throws as `dialect` does. */
  serverName(): Promise<string>;
  close(): Promise<void>;
}

/** The same database for code that must only read: a write does not compile. */
export function readOnly<Tables>(database: Database<Tables>): ReadonlyKysely<Tables> {
  // Kysely's read-only interface is a narrower type of the same object (its documentation casts likewise).
  return database.kysely as unknown as ReadonlyKysely<Tables>;
}

/** How a statement is run so that it ends on the server when `signal` aborts: a write would otherwise be done later. */
export async function abortable<Tables>(
  database: Database<Tables>,
  signal: AbortSignal | undefined
): Promise<AbortableQueryOptions> {
  const { onAbort } = await database.dialect();
  return { signal, inflightQueryAbortStrategy: onAbort };
}

const serverDialects: Record<Engine, EngineDialect> = {
  mysql: mysqlDialect,
  mariadb: mariadbDialect,
  sqlite: sqliteDialect,
};
const engineNames: Record<Engine, string> = { mysql: 'MySQL', mariadb: 'MariaDB', sqlite: 'SQLite' };

/** Opens what DATABASE_URL or STATE_DATABASE_URL names; throws an Error for a malformed address. */
export function openDatabase<Tables>(url: string, options: OpenDatabaseOptions): Database<Tables> {
  const address = parseDatabaseUrl(url);
  return address.kind === 'sqlite' ? openSqlite(address.path, options) : openServer(address, options);
}

function openServer<Tables>(
  address: Parameters<typeof createMysqlPool>[0],
  options: OpenDatabaseOptions
): Database<Tables> {
  let server: { engine: Engine; version: string } | undefined;
  const pool = createMysqlPool(address, {
    ...options,
    onServer: (found) => {
      server = found;
    },
  });
  const kysely = new Kysely<Tables>({
    dialect: new MysqlDialect({ pool, controlConnection: createControlConnection, ...watched(options) }),
  });
  const identify = async () => {
    if (server === undefined) {
      await sql`select 1`.execute(kysely).catch((error: unknown) => {
        throw databaseError(error);
      });
    }
    return server ?? { engine: 'mysql' as const, version: '' };
  };
  return {
    kysely,
    dialect: async () => serverDialects[(await identify()).engine],
    serverName: async () => {
      const { engine, version } = await identify();
      return `${engineNames[engine]} ${version.split('-')[0] ?? ''}`;
    },
    close: () => kysely.destroy(),
  };
}

function watched({ onConnection }: OpenDatabaseOptions) {
  return onConnection === undefined
    ? {}
    : {
        onCreateConnection: (connection: DatabaseConnection) => {
          onConnection(connection);
          return Promise.resolve();
        },
      };
}

function openSqlite<Tables>(path: string, options: OpenDatabaseOptions): Database<Tables> {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true });
  }
  const connection = new SqliteConnection(path);
  connection.pragma('busy_timeout = 5000');
  useWriteAheadLog(connection);
  const kysely = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection, ...watched(options) }) });
  const version = connection.prepare('select sqlite_version() as version').get() as { version: string };
  return {
    kysely,
    dialect: () => Promise.resolve(sqliteDialect),
    serverName: () => Promise.resolve(`SQLite ${version.version}`),
    close: async () => {
      await kysely.destroy();
      // Kysely closes only what a statement was run on.
      connection.close();
    },
  };
}

function useWriteAheadLog(connection: SqliteConnection.Database): void {
  try {
    connection.pragma('journal_mode = WAL');
  } catch (error) {
    // Another program opens the new file at this moment and sets the same mode, which stays: SQLite does not wait for that.
    if (!(error instanceof SqliteConnection.SqliteError) || error.code !== 'SQLITE_BUSY') {
      throw error;
    }
  }
}
