import type { RawBuilder, Transaction } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import type { EngineDialect } from '../database/dialect.ts';
import type { Database } from '../database/open-database.ts';
import { repeatAfterConflict } from '../database/repeat-after-conflict.ts';
import type { StateTables } from '../database/tables.ts';

const name = 'rollups';
const leaseMs = 10_000;

/** The right to build rollups, which one proxy at a time has. Renew it well before 10 s are over. */
export interface Lease {
  token: number;
  holder: string;
}

/** Another proxy builds the rollups now: what this one was about to write must not be. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError';
  constructor() {
    super('Another proxy has the lease of the rollups');
  }
}

/**
 * Takes the lease if nobody has it, had it and did not renew it in time, or `holder` itself has it, as after its connections
 * broke; null where somebody else has. Never waits for another.
 */
export async function takeLease(database: Database<StateTables>, holder: string): Promise<Lease | null> {
  const dialect = await database.dialect();
  // Outside: a transaction that has read the row could not lock it once another has changed it (innodb_snapshot_isolation).
  await makeRow(database);
  return database.kysely.transaction().execute(async (transaction) => {
    // Skipped are rows that a transaction of the present holder has locked.
    const free = await transaction
      .selectFrom('aitoys_leases')
      .select('token')
      .where('name', '=', name)
      .where((columns) => columns.or([columns('expires_at', '<=', dialect.nowMs()), columns('holder', '=', holder)]))
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (free === undefined) {
      return null;
    }
    const token = tokenSchema.parse(free.token) + 1;
    await transaction
      .updateTable('aitoys_leases')
      .set({ holder, token, expires_at: endOfLease(dialect) })
      .where('name', '=', name)
      .execute();
    return { token, holder };
  });
}

const tokenSchema = z.coerce.number().int();

/** Renews the lease; false where another proxy has it. */
export async function keepLease(database: Database<StateTables>, lease: Lease): Promise<boolean> {
  const dialect = await database.dialect();
  return extend(database.kysely, dialect, lease);
}

/** Gives the lease back, if it is still this one's, so that another proxy may take it at once. */
export async function releaseLease(database: Database<StateTables>, { token }: Lease): Promise<void> {
  await database.kysely
    .updateTable('aitoys_leases')
    .set({ expires_at: 0 })
    .where('name', '=', name)
    .where('token', '=', token)
    .execute();
}

/**
 * Runs `write` in a transaction that only the holder of the lease can make: the lease's row is locked until its end, so
 * nobody can take the lease in between, and who lost it gets a LeaseLostError before anything is written. `write` runs
 * again where a conflict, such as a deadlock, took back what it did.
 */
export async function fencedTransaction<Result>(
  database: Database<StateTables>,
  lease: Lease,
  write: (transaction: Transaction<StateTables>, dialect: EngineDialect) => Promise<Result>
): Promise<Result> {
  const dialect = await database.dialect();
  return repeatAfterConflict(() =>
    database.kysely.transaction().execute(async (transaction) => {
      if (!(await extend(transaction, dialect, lease))) {
        throw new LeaseLostError();
      }
      const result = await write(transaction, dialect);
      // Nobody could renew it meanwhile, and there may be much to write.
      await extend(transaction, dialect, lease);
      return result;
    })
  );
}

async function makeRow({ kysely }: Database<StateTables>): Promise<void> {
  const row = await kysely.selectFrom('aitoys_leases').select('name').where('name', '=', name).executeTakeFirst();
  if (row === undefined) {
    await kysely.insertInto('aitoys_leases').ignore().values({ name, holder: '', token: 0, expires_at: 0 }).execute();
  }
}

async function extend(
  kysely: Database<StateTables>['kysely'],
  dialect: EngineDialect,
  { token }: Lease
): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable('aitoys_leases')
    .set({ expires_at: endOfLease(dialect) })
    .where('name', '=', name)
    .where('token', '=', token)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function endOfLease(dialect: EngineDialect): RawBuilder<number> {
  return sql<number>`${dialect.nowMs()} + ${leaseMs}`;
}
