import { type Kysely, sql } from 'kysely';
import { hashPassword } from '../auth/password.ts';
import type { Clock } from '../clock.ts';
import { databaseError } from '../database/errors.ts';
import { findTables } from '../database/find-tables.ts';
import { insertCalls } from '../database/insert-calls.ts';
import { createMetricsTables } from '../database/metrics-schema.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import type { Logger } from '../logger.ts';
import { busyness } from './call-rate.ts';
import { demoNotice } from './demo-notice.ts';
import { demoRows } from './demo-rows.ts';

/** The people of the demo database; all have the same password. */
export const demoPassword = 'aitoys-demo';
export const demoUsers = [
  { login_name: 'admin', user_name: 'Demo admin', user_type: 1, status: 1 },
  { login_name: 'viewer', user_name: 'Demo normal user', user_type: 0, status: 1 },
  { login_name: 'disabled', user_name: 'Demo disabled user', user_type: 1, status: 0 },
];

const day = 86_400_000;
/** What the demo begins with. */
export interface DemoSize {
  seed: number;
  rows: number;
  days: number;
}

export const usualSize: DemoSize = { seed: 20_260_101, rows: 200_000, days: 90 };
// Fewer calls than this are not worth a line in the log each time.
const notableTopUp = 500;

export interface DemoOutcome {
  /** `foreign`: an SQLite database that was not made here, and was left as it is. */
  state: 'created' | 'topped-up' | 'current' | 'foreign';
  /** Calls generated now. */
  added: number;
}

// What the demo was made of, so that later calls continue it; it is there only if all the rest is.
// (A type, because Kysely's $extendTables takes no interface.)
type DemoTables = {
  aitoys_demo: { seed: number; calls: number; from_ms: number; until_ms: number; generated_until_ms: number };
};

/**
 * Makes the embedded demo database on first use, all of it or nothing, and later adds the calls that are missing since:
 * at most as many days as it began with. Can be called again at any time to bring it up to the present. `onProgress`
 * is told the calls so far, and of how many.
 */
export async function ensureDemo(
  database: Database<MetricsTables>,
  clock: Clock,
  log: Logger,
  onProgress: (done: number, total: number) => void = () => undefined,
  size = usualSize
): Promise<DemoOutcome> {
  const now = clock();
  const { kysely } = database;
  const tables = await findTables(database, ['aitoys_demo', 'ai_metrics']);
  try {
    const outcome = tables.has('aitoys_demo')
      ? await topUp(kysely, now, onProgress)
      : tables.has('ai_metrics')
        ? ({ state: 'foreign', added: 0 } as const)
        : await create(kysely, now, size, onProgress);
    const isNotable = outcome.state === 'created' || outcome.state === 'foreign' || outcome.added >= notableTopUp;
    log[isNotable ? 'info' : 'debug']({ event: 'demo_database', ...outcome }, describeOutcome(outcome));
    return outcome;
  } catch (error) {
    throw databaseError(error);
  }
}

function describeOutcome({ state, added }: DemoOutcome): string {
  switch (state) {
    case 'created':
    case 'topped-up':
      return `${demoNotice}; ${String(added)} calls generated now`;
    case 'current':
      return demoNotice;
    case 'foreign':
      return 'This SQLite database was not made by the demo: nothing was generated in it';
    default:
      return state satisfies never;
  }
}

const columns = {
  start_time: { zone: 'UTC', fractionDigits: 3 },
  end_time: { zone: 'UTC', fractionDigits: 3 },
};

async function create(
  kysely: Kysely<MetricsTables>,
  now: number,
  { seed, rows, days }: DemoSize,
  onProgress: (done: number, total: number) => void
): Promise<DemoOutcome> {
  const from = now - days * day;
  return kysely.transaction().execute(async (trx) => {
    await sql`create table aitoys_demo (
      seed integer not null, calls integer not null, from_ms integer not null, until_ms integer not null,
      generated_until_ms integer not null)`.execute(trx);
    await createMetricsTables(trx, 'sqlite');
    await trx
      .insertInto('users')
      .values(demoUsers.map((user) => ({ ...user, password_hash: hashPassword(demoPassword) })))
      .execute();
    const added = await insertCalls(trx, 'sqlite', demoRows({ seed, rows, from, until: now }, columns), (done) =>
      onProgress(done, rows)
    );
    await trx
      .$extendTables<DemoTables>()
      .insertInto('aitoys_demo')
      .values({ seed, calls: rows, from_ms: from, until_ms: now, generated_until_ms: now })
      .execute();
    return { state: 'created', added };
  });
}

async function topUp(
  kysely: Kysely<MetricsTables>,
  now: number,
  onProgress: (done: number, total: number) => void
): Promise<DemoOutcome> {
  return kysely.transaction().execute(async (trx) => {
    const demo = await trx.$extendTables<DemoTables>().selectFrom('aitoys_demo').selectAll().executeTakeFirstOrThrow();
    const history = { from: demo.from_ms, until: demo.until_ms };
    const from = Math.max(demo.generated_until_ms, now - (history.until - history.from));
    // As busy as the first run was. Counted from its start, so that many short steps add up to one long one.
    const callsUpTo = (time: number) =>
      Math.round((demo.calls * busyness(history.from, time)) / busyness(history.from, history.until));
    const rows = callsUpTo(now) - callsUpTo(from);
    if (now <= from || rows === 0) {
      return { state: 'current', added: 0 };
    }
    const options = { seed: demo.seed, rows, from, until: now, history };
    const added = await insertCalls(trx, 'sqlite', demoRows(options, columns), (done) => onProgress(done, rows));
    await trx.$extendTables<DemoTables>().updateTable('aitoys_demo').set({ generated_until_ms: now }).execute();
    return { state: 'topped-up', added };
  });
}
