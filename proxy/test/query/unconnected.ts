import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { Engine, EngineDialect } from '../../src/database/dialect.ts';
import { mariadbDialect } from '../../src/database/dialects/mariadb.ts';
import { mysqlDialect } from '../../src/database/dialects/mysql.ts';
import { sqliteDialect } from '../../src/database/dialects/sqlite.ts';
import type { MetricsTables } from '../../src/database/tables.ts';

/** Compiles statements for an engine without any database. */
export function unconnected(engine: Engine): { db: ReadonlyKysely<MetricsTables>; dialect: EngineDialect } {
  const kysely =
    engine === 'sqlite'
      ? new Kysely<MetricsTables>({
          dialect: {
            createAdapter: () => new SqliteAdapter(),
            createDriver: () => new DummyDriver(),
            createIntrospector: (db) => new SqliteIntrospector(db),
            createQueryCompiler: () => new SqliteQueryCompiler(),
          },
        })
      : new Kysely<MetricsTables>({
          dialect: {
            createAdapter: () => new MysqlAdapter(),
            createDriver: () => new DummyDriver(),
            createIntrospector: (db) => new MysqlIntrospector(db),
            createQueryCompiler: () => new MysqlQueryCompiler(),
          },
        });
  const dialects = { mysql: mysqlDialect, mariadb: mariadbDialect, sqlite: sqliteDialect };
  return { db: kysely as unknown as ReadonlyKysely<MetricsTables>, dialect: dialects[engine] };
}
