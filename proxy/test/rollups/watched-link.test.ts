import { type Connection, createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type FreshDatabase, freshDatabase } from '../servers/fresh-database.ts';
import { openLink, type WatchedLink } from './histories/watched-link.ts';

describeOnEngines(
  'openLink',
  (engine) => {
    let database: FreshDatabase;
    let direct: Connection;
    let link: WatchedLink;
    let client: Connection;

    beforeEach(async () => {
      database = await freshDatabase(engine);
      direct = await createConnection(database.url);
      await direct.query('CREATE TABLE seen (number INT) ENGINE = InnoDB');
      link = await openLink(database.url);
      client = await createConnection(link.through(database.url));
      client.on('error', () => undefined);
    });
    afterEach(async () => {
      client.destroy();
      await link.close();
      await direct.end();
      await database.drop();
    });

    const insert = (number: number) => client.query('INSERT INTO seen VALUES (?)', [number]);
    const seen = async () => (await direct.query('SELECT number FROM seen ORDER BY number'))[0];

    it('passes statements on, large ones too', async () => {
      const text = 'x'.repeat(300_000);
      expect((await client.query('SELECT LENGTH(?) AS length', [text]))[0]).toEqual([{ length: 300_000 }]);
    });

    it('loses the statement that it is told to, and dies', async () => {
      const broken = link.breakAt(1, 'lost');
      await insert(1);
      await expect(insert(2)).rejects.toThrow(/closed|ECONNRESET/);
      await broken;
      expect(await seen()).toEqual([{ number: 1 }]);
      await expect(createConnection(link.through(database.url))).rejects.toThrow();
    });

    it('dies when a statement was done, before its answer comes', async () => {
      const broken = link.breakAt(1, 'unanswered');
      await insert(1);
      await expect(insert(2)).rejects.toThrow(/closed|ECONNRESET/);
      await broken;
      expect(await seen()).toEqual([{ number: 1 }, { number: 2 }]);
    });

    it('counts BEGIN and COMMIT as statements', async () => {
      const broken = link.breakAt(2, 'lost');
      await client.beginTransaction();
      await insert(1);
      await expect(client.commit()).rejects.toThrow(/closed|ECONNRESET/);
      await broken;
      expect(await seen()).toEqual([]);
    });

    it('holds a statement until it is released', async () => {
      const held = link.breakAt(0, 'held');
      const inserted = insert(1);
      await held;
      expect(await seen()).toEqual([]);
      link.release();
      await inserted;
      expect(await seen()).toEqual([{ number: 1 }]);
    });
  },
  ['mysql', 'mariadb']
);
