import { CompiledQuery } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/auth/password.ts';
import type { Engine } from '../../src/database/dialect.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { freshDatabase } from '../servers/fresh-database.ts';
import { type RunningServer, startServer } from '../servers/start-server.ts';
import { getAs, openProxyBench, postLogin, type ProxyBench, testPassword } from '../support/proxy-bench.ts';

let bench: ProxyBench;
const login = async (login_name: string) => postLogin(bench.app, { login_name, password: testPassword });

/** A proxy over a table of users that the application made in its own way. */
async function openWithUsers(engine: Engine, columns: string, end = ''): Promise<void> {
  bench = await openProxyBench(engine);
  const { kysely } = bench.dependencies.metricsDatabase;
  await kysely.schema.dropTable('users').execute();
  await kysely.executeQuery(CompiledQuery.raw(`create table users (${columns}) ${end}`));
}

describeOnEngines('POST /login where columns may be NULL', (engine) => {
  afterEach(() => bench.close());

  it('refuses users without status, hash or type (A6, A8, A14)', async () => {
    await openWithUsers(
      engine,
      `id integer primary key, login_name varchar(64), password_hash char(64), user_name varchar(64),
      user_type integer, status integer`
    );
    const { kysely } = bench.dependencies.metricsDatabase;
    const password_hash = hashPassword(testPassword);
    const rows = [
      { id: '1', login_name: 'no status', password_hash, user_type: 1, status: null },
      { id: '2', login_name: 'no hash', password_hash: null, user_type: 1, status: 1 },
      { id: '3', login_name: 'no type', password_hash, user_type: null, status: 1 },
      { id: '4', login_name: 'no name', password_hash, user_type: 1, status: 1, user_name: null },
    ];
    for (const row of rows) {
      await kysely.insertInto('users').values(row).execute();
    }
    const answers = await Promise.all(rows.map(async (row) => (await login(row.login_name)).status));
    expect(answers).toEqual([401, 401, 403, 200]);
    const user = await getAs(bench.app, await bench.signIn('no name'), '/api/v1/user/info');
    expect(await user.json()).toMatchObject({
      data: { id: '4', login_name: 'no name', user_name: '', user_type: 1, status: 1 },
    });
  });
});

describeOnEngines(
  'POST /login where the columns are of other types',
  (engine) => {
    afterEach(() => bench.close());

    it.each(['bigint', 'decimal(3,0)', 'smallint unsigned', 'varchar(4)'])(
      'takes exactly 1 for type and status in a column of %s',
      async (type) => {
        await openWithUsers(
          engine,
          `id bigint primary key auto_increment, login_name varchar(64), password_hash varchar(255),
          user_name varchar(64), user_type ${type}, status ${type}`
        );
        const cases = { '1 1': 200, '1 0': 401, '1 2': 401, '0 1': 403, '2 1': 403, '11 1': 403, '1 11': 401 };
        for (const name of Object.keys(cases)) {
          const [user_type = '', status = ''] = name.split(' ');
          await bench.addUser({ login_name: name, user_type: Number(user_type), status: Number(status) });
        }
        const answers = Object.fromEntries(
          await Promise.all(Object.keys(cases).map(async (name) => [name, (await login(name)).status] as const))
        );
        expect(answers).toEqual(cases);
      }
    );

    it('tells apart ids that float64 does not', async () => {
      await openWithUsers(
        engine,
        `id bigint unsigned primary key, login_name varchar(64), password_hash varchar(255), user_name varchar(64),
        user_type int, status int`
      );
      const ids = ['9007199254740992', '9007199254740993', '18446744073709551615', '18446744073709551614'];
      for (const id of ids) {
        await bench.addUser({ id, login_name: id });
      }
      for (const id of ids) {
        const response = await getAs(bench.app, await bench.signIn(id), '/api/v1/user/info');
        expect(await response.json()).toMatchObject({ data: { id, login_name: id } });
      }
    });

    it('never takes one user for another where ids are text', async () => {
      await openWithUsers(
        engine,
        `id varchar(20) primary key, login_name varchar(64), password_hash varchar(255), user_name varchar(64),
        user_type int, status int`
      );
      // As numbers they are equal.
      await bench.addUser({ id: '007', login_name: 'bond' });
      await bench.addUser({ id: '7', login_name: 'seven' });
      for (const [id, name] of Object.entries({ '007': 'bond', '7': 'seven' })) {
        const response = await getAs(bench.app, await bench.signIn(name), '/api/v1/user/info');
        if (response.status !== 401) {
          expect(await response.json()).toMatchObject({ data: { id, login_name: name } });
        }
      }
    });

    it.each(['latin1', 'utf8mb3', 'ascii', 'gbk', 'utf8mb4', 'utf8mb4 collate utf8mb4_bin'])(
      'answers 401 to names that a column in %s can not hold (J124, J126)',
      async (charset) => {
        await openWithUsers(
          engine,
          `id bigint primary key auto_increment, login_name varchar(64), password_hash varchar(255),
          user_name varchar(64), user_type int, status int, key (login_name)`,
          `default character set ${charset}`
        );
        await bench.addUser({ login_name: 'admin' });
        const names = [
          '😀',
          'admin😀',
          '管理员',
          'ß',
          'ádmin',
          'ａｄｍｉｎ',
          'admin ',
          'а'.repeat(64),
          '\u{10ffff}',
          '�',
        ];
        for (const name of names) {
          expect((await login(name)).status, name).toBe(401);
        }
        expect((await login('admin')).status).toBe(200);
      }
    );

    it('finds its one among many names that the collation calls equal', async () => {
      await openWithUsers(
        engine,
        `id bigint primary key auto_increment, login_name varchar(64), password_hash varchar(255),
        user_name varchar(64), user_type int, status int, key (login_name)`,
        'default character set utf8mb4 collate utf8mb4_general_ci'
      );
      // For general_ci all emoji are one.
      const names = Array.from({ length: 50 }, (_, index) => String.fromCodePoint(0x1f600 + index));
      for (const login_name of names) {
        await bench.addUser({ login_name });
      }
      expect((await login('😀')).status).toBe(200);
      expect((await login(names.at(-1) ?? '')).status).toBe(200);
      // One more, and it is not certain any longer that a name is there once.
      await bench.addUser({ login_name: '🤖' });
      expect((await login('😀')).status).toBe(401);
      expect(bench.logLines()).toContainEqual(expect.objectContaining({ level: 50, event: 'login_name_ambiguous' }));
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines(
  'POST /login on a server with NO_BACKSLASH_ESCAPES',
  (engine) => {
    let server: RunningServer;

    beforeAll(async () => {
      server = await startServer({
        engine: engine === 'mariadb' ? 'mariadb' : 'mysql',
        args: ['--sql-mode=NO_BACKSLASH_ESCAPES'],
      });
    });
    afterAll(async () => {
      await bench.close();
      await server.stop();
    });

    it('treats quotes and backslashes as text', async () => {
      bench = await openProxyBench(engine, {}, async () => (await freshDatabase(engine, server.url)).url);
      await bench.addUser({ login_name: 'admin' });
      await bench.addUser({ login_name: "\\' OR 1=1 -- " });
      for (const name of ["\\' OR 1=1 LIMIT 1 -- ", "' OR 1=1 -- ", "admin' -- ", '\\', "\\\\' OR 1=1 -- "]) {
        expect((await login(name)).status, name).toBe(401);
      }
      expect((await login("\\' OR 1=1 -- ")).status).toBe(200);
      expect((await login('admin')).status).toBe(200);
    });
  },
  ['mysql', 'mariadb']
);

describe('POST /login over a view', () => {
  afterEach(() => bench.close());

  it('signs in', async () => {
    bench = await openProxyBench('sqlite');
    const { kysely } = bench.dependencies.metricsDatabase;
    await bench.addUser({ login_name: 'admin' });
    await kysely.executeQuery(CompiledQuery.raw('alter table users rename to people'));
    await kysely.executeQuery(CompiledQuery.raw('create view users as select * from people'));
    expect((await login('admin')).status).toBe(200);
  });
});
