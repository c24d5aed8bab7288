import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { z } from 'zod';
import type { Engine } from './dialect.ts';
import { databaseError } from './errors.ts';
import { findTables } from './find-tables.ts';
import { createSessions } from './migrations/0001-sessions.ts';
import { createSignInAttempts } from './migrations/0002-sign-in-attempts.ts';
import { createRollups } from './migrations/0003-rollups.ts';
import { createOidc } from './migrations/0004-oidc.ts';
import type { Database } from './open-database.ts';
import type { StateTables } from './tables.ts';

// Applied in the order of their names; one that was released is never changed.
const migrations: Record<string, (kysely: Kysely<StateTables>, engine: Engine) => Promise<void>> = {
  '0001-sessions': createSessions,
  '0002-sign-in-attempts': createSignInAttempts,
  '0003-rollups': createRollups,
  '0004-oidc': createOidc,
};

const migrationTable = 'aitoys_migrations';

/**
 * Makes or updates the proxy's own tables in the state database and returns the names of the migrations that were
 * applied now. Can be repeated, and run by several at once: MySQL and MariaDB hold a lock meanwhile.
 */
export async function migrateState(database: Database<StateTables>): Promise<string[]> {
  const { engine } = await database.dialect();
  const migrator = new Migrator({
    db: database.kysely,
    migrationTableName: migrationTable,
    migrationLockTableName: 'aitoys_migration_lock',
    provider: {
      getMigrations: () =>
        Promise.resolve(
          Object.fromEntries(
            Object.entries(migrations).map(([name, apply]) => [
              name,
              { up: (kysely: Kysely<StateTables>) => apply(kysely, engine) },
            ])
          )
        ),
    },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw databaseError(error);
  }
  return (results ?? []).map(({ migrationName }) => migrationName);
}

/** Whether the proxy's own tables are as this version needs them. Cheap: made for `/ready`. */
export async function isStateMigrated(database: Database<StateTables>): Promise<boolean> {
  if (!(await findTables(database, [migrationTable])).has(migrationTable)) {
    return false;
  }
  const rows = await database.kysely
    .$extendTables<{ aitoys_migrations: { name: string } }>()
    .selectFrom('aitoys_migrations')
    .select('name')
    .execute()
    .catch((error: unknown) => {
      throw databaseError(error);
    });
  const applied = new Set(
    z
      .array(z.object({ name: z.string() }))
      .parse(rows)
      .map(({ name }) => name)
  );
  return Object.keys(migrations).every((name) => applied.has(name));
}
