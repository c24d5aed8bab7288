import { afterEach, beforeEach, expect, it } from 'vitest';
import { addUser, type NewUser } from '../../src/cli/add-user.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

const ann: NewUser = { login: 'ann', name: 'Ann Ö', type: 'system', password: 'correct horse' };
let empty: EmptyDatabase<MetricsTables>;

async function logins(): Promise<string[]> {
  const users = await empty.database.kysely.selectFrom('users').select('login_name').orderBy('id').execute();
  return users.map(({ login_name }) => login_name);
}

describeOnEngines('addUser', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
    await createMetricsTables(empty.database.kysely, engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('adds system and normal users with the SHA-256 of their password', async () => {
    expect(await addUser(empty.database, ann)).toBe('1');
    expect(await addUser(empty.database, { ...ann, login: 'bob', name: '', type: 'normal' })).toBe('2');
    const users = await empty.database.kysely.selectFrom('users').selectAll().orderBy('id').execute();
    // printf 'correct horse' | sha256sum
    const password_hash = '4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631';
    expect(users.map((user) => ({ ...user, id: Number(user.id) }))).toEqual([
      { id: 1, login_name: 'ann', password_hash, user_name: 'Ann Ö', user_type: 1, status: 1 },
      { id: 2, login_name: 'bob', password_hash, user_name: '', user_type: 0, status: 1 },
    ]);
  });

  it('refuses a login name that there is, also of a deleted user', async () => {
    await addUser(empty.database, ann);
    await empty.database.kysely.updateTable('users').set({ status: 2 }).execute();
    await expect(addUser(empty.database, ann)).rejects.toThrow(
      'There is a user with this login name already; nothing was changed'
    );
    expect(await logins()).toEqual(['ann']);
  });

  it.each([
    ['login', '', '--login: must not be empty, and not begin or end with a space'],
    ['login', 'ann ', '--login: must not be empty, and not begin or end with a space'],
    ['login', 'a\nb', '--login: must be text without control characters'],
    ['login', 'a\ud800', '--login: must be text without control characters'],
    ['login', 'x'.repeat(65), '--login: must have at most 64 characters'],
    ['name', 'a\0', '--name: must be text without control characters'],
    ['password', 'seven77', 'The password needs at least 8 characters'],
    ['password', 'x'.repeat(1025), 'The password is longer than 1024 bytes'],
  ])('refuses as %s %j', async (field, value, message) => {
    await expect(addUser(empty.database, { ...ann, [field]: value })).rejects.toThrow(message);
    expect(await logins()).toEqual([]);
  });

  it('says what makes the table where there is none', async () => {
    await empty.run('drop table users');
    await expect(addUser(empty.database, ann)).rejects.toThrow('npm run schema -- --apply creates it');
  });
});

describeOnEngines(
  'addUser where login names are compared loosely',
  (engine) => {
    beforeEach(async () => {
      empty = await emptyDatabase(engine);
      await createMetricsTables(empty.database.kysely, engine);
      await empty.run('alter table users modify login_name varchar(64) collate utf8mb4_general_ci not null');
      await addUser(empty.database, ann);
    });
    afterEach(async () => {
      await empty.close();
    });

    it.each(['Ann', 'ANN', 'änn'])('refuses %j beside "ann"', async (login) => {
      await expect(addUser(empty.database, { ...ann, login })).rejects.toThrow(
        'There is a user with this login name already ("ann", the same to the database); nothing was changed'
      );
      expect(await logins()).toEqual(['ann']);
    });
  },
  ['mysql', 'mariadb']
);
