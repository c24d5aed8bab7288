import { afterEach, beforeEach, expect, it } from 'vitest';
import { setUserStatus } from '../../src/cli/set-user-status.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';
import { getAs, openProxyBench } from '../support/proxy-bench.ts';

let empty: EmptyDatabase<MetricsTables>;

/** Adds people with ids from 1 on. */
async function addUsers(...people: [login_name: string, status: number][]): Promise<void> {
  const rows = people.map(([login_name, status]) => ({ login_name, status, user_type: 1, password_hash: '' }));
  await empty.database.kysely.insertInto('users').values(rows).execute();
}

async function statuses(): Promise<(number | null)[]> {
  const users = await empty.database.kysely.selectFrom('users').select('status').orderBy('id').execute();
  return users.map(({ status }) => status);
}

const set = (login: string, status: 0 | 1, id?: string) => setUserStatus(empty.database, { login, id }, status);

describeOnEngines('setUserStatus', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
    await createMetricsTables(empty.database.kysely, engine);
    if (engine !== 'sqlite') {
      // Case, accents and a space at the end are nothing to this collation.
      await empty.run('alter table users modify login_name varchar(64) collate utf8mb4_general_ci not null');
    }
  });
  afterEach(async () => {
    await empty.close();
  });

  it('disables and enables, and says what was before', async () => {
    await addUsers(['ann', 1], ['bob', 1]);
    expect(await set('ann', 0)).toEqual({ id: '1', before: 'normal', changed: true });
    expect(await statuses()).toEqual([0, 1]);
    expect(await set('ann', 0)).toEqual({ id: '1', before: 'disabled', changed: false });
    expect(await set('ann', 1)).toEqual({ id: '1', before: 'disabled', changed: true });
    expect(await statuses()).toEqual([1, 1]);
  });

  it('keeps names apart that differ only in case, accents or a space at the end', async () => {
    await addUsers(['Ann', 1], ['ann ', 1], ['änn', 1], ['ann', 1]);
    await set('ann', 0);
    expect(await statuses()).toEqual([1, 1, 1, 0]);
    await set('ann ', 0);
    expect(await statuses()).toEqual([1, 0, 1, 0]);
    await set('Ann', 0);
    await set('ann', 1);
    expect(await statuses()).toEqual([0, 0, 1, 1]);
  });

  it('refuses a name that nobody has exactly', async () => {
    await addUsers(['Ann', 1]);
    await expect(set('ann', 0)).rejects.toThrow('There is no user with the login name "ann"');
    await expect(set('Ann ', 0)).rejects.toThrow('There is no user with the login name "Ann "');
    await expect(set('', 0)).rejects.toThrow('There is no user with the login name ""');
    await expect(set("' or ''='", 0)).rejects.toThrow('There is no user with the login name');
    await expect(set('\u{1f600}', 0)).rejects.toThrow('There is no user with the login name');
    expect(await statuses()).toEqual([1]);
  });

  it('refuses a name that two have, unless an id says who is meant', async () => {
    await addUsers(['ann', 1], ['ann', 2], ['bob', 1]);
    await expect(set('ann', 0)).rejects.toThrow(
      'Several users have the login name "ann", so none of them can sign in: ids 1 (normal), 2 (deleted). ' +
        'Nothing was changed; choose one with --id'
    );
    expect(await statuses()).toEqual([1, 2, 1]);
    expect(await set('ann', 0, '1')).toEqual({ id: '1', before: 'normal', changed: true });
    expect(await statuses()).toEqual([0, 2, 1]);
  });

  it('refuses an id of someone else, of nobody, and what is no id', async () => {
    await addUsers(['ann', 1], ['Ann', 1]);
    for (const id of ['2', '3', '9007199254740993']) {
      await expect(set('ann', 0, id)).rejects.toThrow(
        `There is no user with id ${id} and the login name "ann"; nothing was changed`
      );
    }
    for (const id of ['', '1x', '01', '1.0', ' 1', '1e0', '0x1', '-0']) {
      await expect(set('ann', 0, id)).rejects.toThrow('--id: must be a whole number');
    }
    expect(await statuses()).toEqual([1, 1]);
  });

  it('leaves someone deleted alone unless his id is given', async () => {
    await addUsers(['ann', 2]);
    for (const status of [0, 1] as const) {
      await expect(set('ann', status)).rejects.toThrow(
        'The user "ann" with id 1 is deleted; nothing was changed. If he is meant all the same, add --id 1'
      );
    }
    expect(await statuses()).toEqual([2]);
    expect(await set('ann', 1, '1')).toEqual({ id: '1', before: 'deleted', changed: true });
    expect(await statuses()).toEqual([1]);
  });

  it('sets a status that has no meaning', async () => {
    await addUsers(['ann', 7]);
    expect(await set('ann', 1)).toEqual({ id: '1', before: '7', changed: true });
    expect(await statuses()).toEqual([1]);
  });

  it('says what makes the table where there is none', async () => {
    await empty.run('drop table users');
    await expect(set('ann', 0)).rejects.toThrow('npm run schema -- --apply creates it');
  });
});

describeOnEngines(
  'setUserStatus on other tables',
  (engine) => {
    beforeEach(async () => {
      empty = await emptyDatabase(engine);
    });
    afterEach(async () => {
      await empty.close();
    });

    it('reads NULL and large ids', async () => {
      await empty.run(
        `create table users (id bigint unsigned, login_name varchar(64), password_hash char(64), user_name varchar(64),
          user_type bigint, status bigint)`,
        "insert into users values (18446744073709551614, 'bob', null, null, 1, 1), (18446744073709551615, 'ann', null, null, 1, null)"
      );
      expect(await set('ann', 1)).toEqual({ id: '18446744073709551615', before: 'NULL', changed: true });
      expect(await set('ann', 0, '18446744073709551615')).toMatchObject({ before: 'normal', changed: true });
      expect((await statuses()).map(Number)).toEqual([1, 0]);
    });

    it('names what the database takes for the same, and refuses where it is too much', async () => {
      await createMetricsTables(empty.database.kysely, engine);
      await empty.run('alter table users modify login_name varchar(64) collate utf8mb4_general_ci not null');
      await addUsers(['Ann', 1]);
      await expect(set('ann', 0)).rejects.toThrow(
        'There is no user with the login name "ann" ' +
          '(the database has "Ann": upper and lower case, accents and spaces count); nothing was changed'
      );
      await addUsers(
        ['ann', 1],
        ...Array.from({ length: 50 }, (_, index) => [`ann${' '.repeat(index + 1)}`, 1] as [string, number])
      );
      await expect(set('ann', 0)).rejects.toThrow('More than 50 login names are the same as "ann" to the database');
      expect(await set('ann', 0, '2')).toMatchObject({ id: '2', changed: true });
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines('setUserStatus and sign-in', (engine) => {
  it("ends a disabled user's session within a second, and lets an enabled one sign in", async () => {
    const bench = await openProxyBench(engine);
    try {
      await bench.addUser({ login_name: 'ann' });
      await bench.addUser({ login_name: 'Ann', user_name: 'Another' });
      const [token, other] = [await bench.signIn('ann'), await bench.signIn('Ann')];
      const status = async (of: string) => (await getAs(bench.app, of, '/api/v1/user/info')).status;
      expect(await status(token)).toBe(200);
      await setUserStatus(bench.dependencies.metricsDatabase, { login: 'ann', id: undefined }, 0);
      bench.advance(1000);
      expect([await status(token), await status(other)]).toEqual([401, 200]);
      await setUserStatus(bench.dependencies.metricsDatabase, { login: 'ann', id: undefined }, 1);
      expect([await status(token), await status(await bench.signIn('ann'))]).toEqual([401, 200]);
    } finally {
      await bench.close();
    }
  });
});
