import { sql } from 'kysely';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type RunningServer, startServer } from '../servers/start-server.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';
import { refusalOf } from './refusal.ts';

const attack = String.raw`\' OR 1=1 -- `;
const names = ['a', 'b', attack, 'a\\'];

describeOnEngines(
  'answerQuery on a server with NO_BACKSLASH_ESCAPES',
  (engine) => {
    let server: RunningServer;
    let table: OpenMetrics;

    beforeAll(async () => {
      server = await startServer({
        engine: engine === 'mariadb' ? 'mariadb' : 'mysql',
        args: ['--sql-mode=NO_BACKSLASH_ESCAPES'],
      });
      table = await openMetrics(engine, { serverUrl: server.url });
      await table.insert(names.map((name) => ({ model_name: name })));
    });
    afterAll(async () => {
      await table.close();
      await server.stop();
    });

    const count = async (operator: string, ...values: string[]) => {
      const filters = [{ key: 'model_name', operator, values }] as never;
      return (await table.rows({ kind: 'summary', fill: 'zero', filters }))[0]?.['requests'];
    };

    it('is a danger: a driver that escapes by backslashes widens the condition there', async () => {
      const connection = await createConnection({ uri: server.url });
      const [rows] = await connection.query('select 1 as found where ? = ?', ['a', attack]);
      await connection.end();
      expect(rows).toEqual([{ found: 1 }]);
    });

    it.each([
      attack,
      String.raw`\' OR 1=1 #`,
      String.raw`\') OR (1=1) -- `,
      `' OR 1=1 -- `,
      `\\`,
      `'`,
      `\\'`,
      `''`,
      `%' OR '1'='1`,
    ])('reads %s as nothing but text', async (value) => {
      const rows = names.filter((name) => name === value).length;
      expect(await count('=', value)).toBe(rows);
      expect(await count('in', value, 'no such name')).toBe(rows);
      expect(await count('!=', value)).toBe(4 - rows);
      expect(await count('not in', value, 'a')).toBe(3 - rows);
      expect(await count('starts with', value)).toBe(names.filter((name) => name.startsWith(value)).length);
      expect(await count('contains', value)).toBe(names.filter((name) => name.includes(value)).length);
    });

    it('finds text that ends with a backslash', async () => {
      expect(await count('=', 'a\\')).toBe(1);
      expect(await count('in', 'a\\', ' OR 1=1 -- ')).toBe(1);
      expect((await table.dimensionValues({ search: '\\' })).values).toEqual([attack, 'a\\']);
    });

    it.each([[{ a: 1 }], [['a', 'b']], [null], [true]])('refuses %j as the value of a filter', async (value) => {
      const filters = [{ key: 'model_name', operator: '=', values: [value] }] as never;
      expect(await refusalOf(table.answer({ filters }))).toMatch(/^invalid_request: filters\[0\]\.values\[0\]: /);
    });

    it.each([[{ model_name: 1 }], [['a']], [new Date(0)], [[Buffer.from('a')]], [undefined]])(
      'sends no parameter that is not a scalar, such as %j',
      async (value) => {
        const { kysely } = table.database;
        await expect(sql`select ${value} as answer`.execute(kysely)).rejects.toThrow('not a scalar');
      }
    );

    it('sends no such parameter in a stream', async () => {
      const { kysely } = table.database;
      const byName = kysely.selectFrom('ai_metrics').where('model_name', '=', { model_name: 1 } as never);
      await expect(byName.select('id').stream().next()).rejects.toThrow('not a scalar');
    });

    it('sends scalars', async () => {
      const { kysely } = table.database;
      const { rows } = await sql<
        Record<string, unknown>
      >`select ${'a'} as a, ${1} as b, ${2n} as c, ${true} as d, ${null} as e`.execute(kysely);
      // Servers give numbers back as numbers or as text.
      expect(Object.values(rows[0] ?? {}).map(String)).toEqual(['a', '1', '2', '1', 'null']);
    });
  },
  ['mysql', 'mariadb']
);
