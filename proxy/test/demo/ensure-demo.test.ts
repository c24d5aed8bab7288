import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findTables } from '../../src/database/find-tables.ts';
import { type Database, openDatabase } from '../../src/database/open-database.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { ensureDemo } from '../../src/demo/ensure-demo.ts';
import { createLogger } from '../../src/logger.ts';

const day = 86_400_000;
const size = { seed: 1, rows: 18_000, days: 90 };
const start = Date.parse('2026-11-24T12:00:00Z');
const log = createLogger('silent');
let folder: string;
let copies = 0;
let database: Database<MetricsTables>;

function open(name: string): Database<MetricsTables> {
  return openDatabase(`sqlite:${join(folder, name)}`, { poolSize: 1, statementTimeoutSeconds: 60 });
}

// A new file each time: what SQLite keeps beside a database (-wal, -shm) belongs to that one.
async function openCopy(): Promise<Database<MetricsTables>> {
  copies += 1;
  const name = `copy-${String(copies)}.sqlite`;
  await copyFile(join(folder, 'made.sqlite'), join(folder, name));
  return open(name);
}

function demoAt(now: number, of = database, onProgress: (done: number, total: number) => void = () => undefined) {
  return ensureDemo(of, () => now, log, onProgress, size);
}

async function counted(): Promise<{ calls: number; first: string; last: string }> {
  const row = await database.kysely
    .selectFrom('ai_metrics')
    .select(({ fn }) => [
      fn.countAll<number>().as('calls'),
      fn.min('start_time').as('first'),
      fn.max('start_time').as('last'),
    ])
    .executeTakeFirstOrThrow();
  return { calls: row.calls, first: row.first, last: row.last };
}

describe('ensureDemo', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ai-metrics-demo-'));
    const made = open('made.sqlite');
    await demoAt(start, made);
    await made.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    database = await openCopy();
  });
  afterEach(() => database.close());

  it('makes 200,000 calls over 90 days up to now, unless told otherwise', async () => {
    const other = open('usual.sqlite');
    expect(await ensureDemo(other, () => start, log)).toEqual({ state: 'created', added: 200_000 });
    await database.close();
    database = other;
    const { calls, first, last } = await counted();
    expect(calls).toBe(200_000);
    expect(first).toMatch(/^2026-08-26 1[2-4]:/);
    expect(last).toMatch(/^2026-11-24 11:5\d:/);
  });

  it('makes an admin, a normal and a disabled user', async () => {
    const users = await database.kysely.selectFrom('users').selectAll().orderBy('id').execute();
    // printf aitoys-demo | sha256sum
    const password_hash = '5b4714f3b63b89ea317b685fd63c4c14a2e223fc827fdc50fb4b497e187992df';
    expect(users).toEqual([
      { id: 1, login_name: 'admin', password_hash, user_name: 'Demo admin', user_type: 1, status: 1 },
      { id: 2, login_name: 'viewer', password_hash, user_name: 'Demo normal user', user_type: 0, status: 1 },
      { id: 3, login_name: 'disabled', password_hash, user_name: 'Demo disabled user', user_type: 1, status: 0 },
    ]);
  });

  it('leaves what it made as it is', async () => {
    expect(await demoAt(start)).toEqual({ state: 'current', added: 0 });
    expect((await counted()).calls).toBe(18_000);
  });

  it('does nothing when the clock was set back', async () => {
    expect(await demoAt(start - day)).toEqual({ state: 'current', added: 0 });
  });

  it('adds the calls that are missing since, as many as before on such a day', async () => {
    // From Tuesday noon to Wednesday noon: 90 days have 18,000 calls, a weekday somewhat more than 200.
    const outcome = await demoAt(start + day);
    expect(outcome.state).toBe('topped-up');
    expect(outcome.added).toBeGreaterThan(225);
    expect(outcome.added).toBeLessThan(288);
    const { calls, last } = await counted();
    expect(calls).toBe(18_000 + outcome.added);
    expect(last > '2026-11-25 11:00:00').toBe(true);
    const between = await database.kysely
      .selectFrom('ai_metrics')
      .select('id')
      .where('start_time', '>=', '2026-11-24 12:00:00.000')
      .execute();
    expect(between).toHaveLength(outcome.added);
  });

  it('adds as many calls in many short steps as in a long one', async () => {
    let added = 0;
    for (let minutes = 1; minutes <= 360; minutes += 1) {
      added += (await demoAt(start + minutes * 60_000)).added;
    }
    await database.close();
    database = await openCopy();
    expect(added).toBe((await demoAt(start + 360 * 60_000)).added);
  });

  it('adds 90 days at most', async () => {
    const outcome = await demoAt(start + 400 * day);
    expect(outcome.added).toBeGreaterThan(17_000);
    expect(outcome.added).toBeLessThan(19_000);
    const oldest = await database.kysely
      .selectFrom('ai_metrics')
      .select('start_time')
      .where('start_time', '>', '2026-11-24 12:00:00.000')
      .orderBy('start_time')
      .limit(1)
      .executeTakeFirstOrThrow();
    // 310 days after the start.
    expect(oldest.start_time).toMatch(/^2027-09-30/);
  });

  it('leaves nothing behind when it is interrupted, and begins anew', async () => {
    const other = open('interrupted.sqlite');
    const interrupted = demoAt(start, other, (done) => {
      if (done > 5000) {
        throw new Error('stop');
      }
    });
    await expect(interrupted).rejects.toMatchObject({ cause: { message: 'stop' } });
    expect(await findTables(other, ['users', 'ai_metrics', 'aitoys_demo'])).toEqual(new Set());
    expect((await demoAt(start, other)).state).toBe('created');
    await other.close();
  });

  it('tells how far it is', async () => {
    const steps: [number, number][] = [];
    await demoAt(start + 80 * day, database, (done, total) => steps.push([done, total]));
    const [last] = steps.slice(-1);
    expect(last?.[0]).toBe(last?.[1]);
    expect(steps.length).toBeGreaterThan(5);
  });

  it('generates nothing in a database that it did not make', async () => {
    const other = open('foreign.sqlite');
    await other.kysely.schema.createTable('ai_metrics').addColumn('id', 'integer').execute();
    expect(await demoAt(start, other)).toEqual({ state: 'foreign', added: 0 });
    expect(await findTables(other, ['users', 'aitoys_demo'])).toEqual(new Set());
    await other.close();
  });
});
