import { sql } from 'kysely';
import type { Engine } from '../../src/database/dialect.ts';
import { type Database, openDatabase } from '../../src/database/open-database.ts';
import { freshDatabase } from '../servers/fresh-database.ts';

export interface EmptyDatabase<Tables> {
  database: Database<Tables>;
  url: string;
  /** Runs statements that only some engines have, such as other DDL. */
  run: (...statements: string[]) => Promise<void>;
  close: () => Promise<void>;
}

/** A new database without any table, opened as a tool opens it. */
export async function emptyDatabase<Tables>(engine: Engine): Promise<EmptyDatabase<Tables>> {
  const fresh = await freshDatabase(engine);
  const database = openDatabase<Tables>(fresh.url, { poolSize: 4, statementTimeoutSeconds: 60 });
  return {
    database,
    url: fresh.url,
    run: async (...statements) => {
      for (const statement of statements) {
        // eslint-disable-next-line no-restricted-syntax -- the statements are written in the tests, and most are DDL
        await sql.raw(statement).execute(database.kysely);
      }
    },
    close: async () => {
      await database.close();
      await fresh.drop();
    },
  };
}
