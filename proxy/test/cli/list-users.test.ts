import { afterEach, beforeEach, expect, it } from 'vitest';
import { listUsers } from '../../src/cli/list-users.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

let empty: EmptyDatabase<MetricsTables>;

describeOnEngines('listUsers', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
    await createMetricsTables(empty.database.kysely, engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  const user = (login_name: string, user_name: string, user_type: number, status: number) => ({
    login_name,
    user_name,
    user_type,
    status,
    password_hash: 'f00d',
  });

  it('shows an aligned table by login name, without hashes', async () => {
    await empty.database.kysely
      .insertInto('users')
      .values([
        user('zoë', 'Zoë', 1, 1),
        user('ann ', '', 0, 0),
        user('ann', '王伟', 1, 2),
        user('Ann', 'Ann\tB', 7, -1),
        user('ann', 'Second', 1, 1),
      ])
      .execute();
    expect(await listUsers(empty.database)).toBe(
      [
        'id  login   name      type    status',
        '4   Ann     "Ann\\tB"  7       -1',
        '3   ann     王伟      system  deleted',
        '5   ann     Second    system  normal',
        '2   "ann "  ""        normal  disabled',
        '1   zoë     Zoë       system  normal',
        '',
      ].join('\n')
    );
  });

  it('shows thousands', async () => {
    for (let from = 0; from < 6000; from += 1000) {
      const some = Array.from({ length: 1000 }, (_, index) => user(`u${String(10_000 + from + index)}`, 'Name', 1, 1));
      await empty.database.kysely.insertInto('users').values(some).execute();
    }
    const lines = (await listUsers(empty.database)).split('\n');
    expect(lines).toHaveLength(6002);
    expect([lines[1], lines[6000]]).toEqual([
      '1     u10000  Name  system  normal',
      '6000  u15999  Name  system  normal',
    ]);
  });

  it('says what makes the table where there is none', async () => {
    await empty.run('drop table users');
    await expect(listUsers(empty.database)).rejects.toThrow('npm run schema -- --apply creates it');
  });
});

describeOnEngines(
  'listUsers on other tables',
  (engine) => {
    beforeEach(async () => {
      empty = await emptyDatabase(engine);
    });
    afterEach(async () => {
      await empty.close();
    });

    it('shows NULL and large ids', async () => {
      await empty.run(
        'create table users (id bigint unsigned, login_name varchar(64), user_name varchar(64), user_type bigint, status decimal(3))',
        "insert into users values (18446744073709551615, 'ann', null, 1, 1), (9007199254740993, null, '', null, null)"
      );
      expect(await listUsers(empty.database)).toBe(
        [
          'id                    login  name  type    status',
          '9007199254740993      NULL   ""    NULL    NULL',
          '18446744073709551615  ann    NULL  system  normal',
          '',
        ].join('\n')
      );
    });
  },
  ['mysql', 'mariadb']
);
