import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { freshDatabase } from '../servers/fresh-database.ts';
import { openDatabase } from '../../src/database/open-database.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ai-metrics-open-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open() {
  return openDatabase(`sqlite:${join(folder, 'a.sqlite')}`, { poolSize: 1, statementTimeoutSeconds: 5 });
}

describeOnEngines('openDatabase', (engine) => {
  it('reads floating-point numbers to the last bit', async () => {
    const fresh = await freshDatabase(engine);
    const database = openDatabase(fresh.url, { poolSize: 1, statementTimeoutSeconds: 5 });
    const numbers = [9.288661003112793, 91.51293182373047, 0.1 + 0.2, -1.7976931348623157e308, 5e-324];
    const columns = numbers.map((number, index) => sql`${number} + 0e0`.as(`n${String(index)}`));
    const [row] = await sql`select ${sql.join(columns)}`.execute(database.kysely).then(({ rows }) => rows);
    expect(Object.values(row as object)).toEqual(numbers);
    await database.close();
    await fresh.drop();
  });
});

describeOnEngines(
  'openDatabase',
  (engine) => {
    it('reads what is of one moment in a transaction, whatever the server does by itself', async () => {
      const fresh = await freshDatabase(engine);
      const options = { poolSize: 1, statementTimeoutSeconds: 5 };
      const [one, other] = [openDatabase(fresh.url, options), openDatabase(fresh.url, options)] as const;
      await sql`create table t (a integer)`.execute(other.kysely);
      await sql`set global transaction isolation level read committed`.execute(other.kysely);
      try {
        const counts = await one.kysely.transaction().execute(async (transaction) => {
          const count = async () => (await sql`select * from t`.execute(transaction)).rows.length;
          const before = await count();
          await sql`insert into t values (1)`.execute(other.kysely);
          return [before, await count()];
        });
        expect(counts).toEqual([0, 0]);
      } finally {
        await sql`set global transaction isolation level repeatable read`.execute(other.kysely);
        await Promise.all([one.close(), other.close()]);
        await fresh.drop();
      }
    });
  },
  ['mysql', 'mariadb']
);

describe('openDatabase', () => {
  it('closes an SQLite file that no statement was run on', async () => {
    const maker = open();
    await sql`create table t (a integer)`.execute(maker.kysely);
    await maker.close();
    const unused = open();
    const used = open();
    await sql`insert into t values (1)`.execute(used.kysely);
    await unused.close();
    await used.close();
    // The last one that closes a file takes away what SQLite keeps beside it.
    expect(readdirSync(folder)).toEqual(['a.sqlite']);
  });
});
