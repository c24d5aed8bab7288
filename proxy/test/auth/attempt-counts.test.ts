import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  clearAttempts,
  countAttempt,
  forgetAttempts,
  giveBackAttempt,
  msUntilExpiry,
} from '../../src/auth/attempt-counts.ts';
import { migrateState } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { StateTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

const minute = 60_000;
const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];

describeOnEngines('counts of attempts', (engine) => {
  let empty: EmptyDatabase<StateTables>;

  beforeEach(async () => {
    empty = await emptyDatabase(engine);
    await migrateState(empty.database);
  });
  afterEach(() => empty.close());

  const count = (key: string, windowMs = 15 * minute) => countAttempt(empty.database, key, windowMs);
  const age = (key: string, ms: number) =>
    empty.database.kysely
      .updateTable('aitoys_sign_in_attempts')
      .set({ expires_at: sql`expires_at - ${ms}` })
      .where('key_hash', '=', key)
      .execute();
  const keys = async () => {
    const rows = await empty.database.kysely.selectFrom('aitoys_sign_in_attempts').select('key_hash').execute();
    return rows.map(({ key_hash }) => key_hash).sort();
  };

  it('go up by key', async () => {
    expect([await count(a), await count(a), await count(b), await count(a), await count(b)]).toEqual([1, 2, 1, 3, 2]);
  });

  it('begin again where one connection is used for all', async () => {
    const single = openDatabase<StateTables>(empty.url, { poolSize: 1, statementTimeoutSeconds: 60 });
    const counts = [];
    for (const key of [a, a, a, b, a, c, b]) {
      counts.push(await countAttempt(single, key, minute));
    }
    await single.close();
    expect(counts).toEqual([1, 2, 3, 1, 4, 1, 2]);
  });

  it('last as long as the window of the first attempt, and then begin again', async () => {
    await count(a);
    await age(a, 14 * minute);
    expect(await count(a)).toBe(2);
    await age(a, minute);
    expect(await msUntilExpiry(empty.database, a)).toBe(0);
    expect([await count(a), await count(a)]).toEqual([1, 2]);
    const left = await msUntilExpiry(empty.database, a);
    expect(left).toBeGreaterThan(14.9 * minute);
    expect(left).toBeLessThanOrEqual(15 * minute);
  });

  it('are a number of its own for each of many attempts at once, from two pools', async () => {
    const other = openDatabase<StateTables>(empty.url, { poolSize: 4, statementTimeoutSeconds: 60 });
    const counts = await Promise.all(
      Array.from({ length: 100 }, (_, index) => countAttempt(index % 2 === 0 ? empty.database : other, a, minute))
    );
    await other.close();
    expect(counts.sort((x, y) => x - y)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it('are forgotten one by one', async () => {
    await count(a);
    await count(b);
    await forgetAttempts(empty.database, a);
    expect(await msUntilExpiry(empty.database, a)).toBe(0);
    expect([await count(a), await count(b)]).toEqual([1, 2]);
  });

  it('are given back one by one, in the same window, and never below none', async () => {
    for (const key of [a, a, a, b]) {
      await count(key);
    }
    await age(a, 10 * minute);
    await giveBackAttempt(empty.database, a, 10);
    await giveBackAttempt(empty.database, b, 10);
    await giveBackAttempt(empty.database, b, 10);
    await giveBackAttempt(empty.database, c, 10);
    expect([await count(a), await count(b), await count(c)]).toEqual([3, 1, 1]);
    expect(await msUntilExpiry(empty.database, a)).toBeLessThanOrEqual(5 * minute);
  });

  it('are given back together with the refused ones beyond them', async () => {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await count(a);
    }
    await giveBackAttempt(empty.database, a, 3);
    expect(await count(a)).toBe(3);
  });

  it('are cleared when they are over, the oldest first, and no others', async () => {
    for (const key of [a, b, c]) {
      await count(key);
    }
    await age(a, 16 * minute);
    await age(b, 17 * minute);
    await clearAttempts(empty.database, 1);
    expect(await keys()).toEqual([a, c]);
    await clearAttempts(empty.database, 10);
    expect(await keys()).toEqual([c]);
  });
});
