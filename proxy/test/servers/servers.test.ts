import Sqlite from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeOnEngines } from './describe-on-engines.ts';
import { freshDatabase } from './fresh-database.ts';
import { engineOfVersion } from './server-engine.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** Runs statements on a connection of their own and returns the rows of the last one. */
async function run(url: string, ...statements: string[]): Promise<unknown> {
  if (url.startsWith('sqlite:')) {
    const connection = new Sqlite(url.slice('sqlite:'.length));
    const rows = statements.map((text) => {
      const statement = connection.prepare(text);
      return statement.reader ? statement.all() : statement.run();
    });
    connection.close();
    return rows.at(-1);
  }
  const connection = await createConnection(url);
  let rows: unknown;
  for (const statement of statements) {
    [rows] = await connection.query(statement);
  }
  await connection.end();
  return rows;
}

describeOnEngines('freshDatabase', (engine) => {
  it('gives a database that answers', async () => {
    const database = await freshDatabase(engine);
    expect(await run(database.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await database.drop();
  });

  it('gives each caller a database of his own', async () => {
    const [first, second] = await Promise.all([freshDatabase(engine), freshDatabase(engine)]);
    await run(first.url, 'CREATE TABLE only_here (id INT)', 'INSERT INTO only_here VALUES (7)');
    expect(await run(first.url, 'SELECT id FROM only_here')).toEqual([{ id: 7 }]);
    await expect(run(second.url, 'SELECT id FROM only_here')).rejects.toThrow(/no such table|doesn't exist/);
    await Promise.all([first.drop(), second.drop()]);
  });
});

describeOnEngines(
  'startServer',
  (engine) => {
    const name = engine === 'mariadb' ? 'mariadb' : 'mysql';
    let server: RunningServer;

    beforeAll(async () => {
      server = await startServer({ engine: name, args: ['--sql-mode=NO_BACKSLASH_ESCAPES'] });
    });
    afterAll(async () => {
      await server.stop();
    });

    it('starts the engine that was asked for, with the arguments given', async () => {
      expect(engineOfVersion(server.version)).toBe(name);
      expect(await run(server.url, 'SELECT @@GLOBAL.sql_mode AS mode')).toEqual([{ mode: 'NO_BACKSLASH_ESCAPES' }]);
    });

    it('leaves the server of the whole run as it is', async () => {
      const shared = inject('servers')[name];
      const rows = await run(shared.url ?? '', 'SELECT @@GLOBAL.sql_mode AS mode');
      expect(JSON.stringify(rows)).not.toContain('NO_BACKSLASH_ESCAPES');
    });

    it('listens on 127.0.0.1 with an account that may make databases', async () => {
      const database = await freshDatabase(engine, server.url);
      expect(await run(database.url, 'SELECT @@bind_address AS address')).toEqual([{ address: '127.0.0.1' }]);
      await database.drop();
    });
  },
  ['mysql', 'mariadb']
);

describe('engineOfVersion', () => {
  it('tells MariaDB by its name in the version, whatever the program is called', () => {
    expect(engineOfVersion('10.11.19-MariaDB-0+deb12u1')).toBe('mariadb');
    expect(engineOfVersion('5.5.5-10.11.19-MariaDB')).toBe('mariadb');
    expect(engineOfVersion('9.7.4-2')).toBe('mysql');
    expect(engineOfVersion('8.0.44-0ubuntu0.24.04.2')).toBe('mysql');
  });
});
