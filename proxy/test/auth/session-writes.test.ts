import { CompiledQuery } from 'kysely';
import { createConnection, type Connection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashPassword, passwordFingerprint } from '../../src/auth/password.ts';
import { endSession, hashSessionId } from '../../src/auth/sessions.ts';
import { createTokens } from '../../src/auth/token.ts';
import { type Database, openDatabase } from '../../src/database/open-database.ts';
import type { StateTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { getAs, openProxyBench, postLogin, type ProxyBench, testPassword, testSecret } from '../support/proxy-bench.ts';

const path = '/api/v1/user/info';

let bench: ProxyBench;

async function idHashOf(token: string): Promise<string> {
  const claims = await createTokens([testSecret]).verify(token);
  return hashSessionId(claims?.sid ?? '');
}

describeOnEngines('session writes that fail', (engine) => {
  beforeEach(async () => {
    bench = await openProxyBench(engine);
  });
  afterEach(() => bench.close());

  /** Lets the database refuse such writes, in words that repeat what was to be written. */
  const refuse = (write: 'insert' | 'update' | 'delete') => {
    const row = write === 'insert' ? 'new' : 'old';
    const refusal =
      engine === 'sqlite'
        ? `begin select raise(abort, 'refused'); end`
        : `begin declare words varchar(128) default concat('refused ', ${row}.id_hash);
             signal sqlstate '45000' set message_text = words; end`;
    return bench.dependencies.stateDatabase.kysely.executeQuery(
      CompiledQuery.raw(`create trigger refused before ${write} on aitoys_sessions for each row ${refusal}`)
    );
  };
  const expectNoSecrets = async (token: string) => {
    const logged = JSON.stringify(bench.logLines());
    for (const [what, secret] of Object.entries({
      token,
      signature: token.split('.')[2] ?? token,
      'session id hash': await idHashOf(token),
      'password fingerprint': passwordFingerprint(hashPassword(testPassword)),
      'password hash': hashPassword(testPassword),
    })) {
      expect(logged.includes(secret), what).toBe(false);
    }
    expect(logged).not.toMatch(/(insert into|update|delete from) [`"\\]*aitoys_sessions/i);
  };

  it('leave nothing of a statement in the log where a use can not be recorded, and refuse no answer', async () => {
    const id = await bench.addUser({ login_name: 'admin' });
    const token = await bench.signIn('admin');
    await bench.dependencies.stateDatabase.kysely
      .updateTable('aitoys_sessions')
      .set(({ eb }) => ({ last_seen_at: eb('last_seen_at', '-', 61_000) }))
      .where('user_id', '=', id)
      .execute();
    await refuse('update');
    expect((await getAs(bench.app, token, path)).status).toBe(200);
    expect(bench.logLines()).toContainEqual(
      expect.objectContaining({
        event: 'session_use_not_recorded',
        cause: expect.objectContaining(
          engine === 'sqlite' ? { code: 'SQLITE_CONSTRAINT_TRIGGER' } : { errno: 1644 }
        ) as object,
      })
    );
    await expectNoSecrets(token);
  });

  it('leave nothing of a statement in the log where a session can not be ended or started', async () => {
    const id = await bench.addUser({ login_name: 'admin' });
    const token = await bench.signIn('admin');
    const { kysely } = bench.dependencies.metricsDatabase;
    await kysely.updateTable('users').set({ status: 0 }).where('id', '=', id).execute();
    await refuse('delete');
    expect((await getAs(bench.app, token, path)).status).toBe(401);
    await bench.dependencies.stateDatabase.kysely.executeQuery(CompiledQuery.raw('drop trigger refused'));
    await refuse('insert');
    await kysely.updateTable('users').set({ status: 1 }).where('id', '=', id).execute();
    expect((await postLogin(bench.app, { login_name: 'admin', password: testPassword })).status).toBe(500);
    const events = bench.logLines().map(({ event }) => event);
    expect(events).toContain('session_not_ended');
    expect(events).toContain('request_failed');
    await expectNoSecrets(token);
  });
});

describeOnEngines(
  'session writes that wait for a lock',
  (engine) => {
    let watcher: Connection;
    let token: string;
    let idHash: string;

    beforeEach(async () => {
      bench = await openProxyBench(engine, { SIGN_IN_TIMEOUT_SECONDS: '1' });
      await bench.addUser({ login_name: 'admin' });
      token = await bench.signIn('admin');
      idHash = await idHashOf(token);
      watcher = await createConnection(bench.dependencies.config.stateDatabaseUrl);
    });
    afterEach(async () => {
      await watcher.end();
      await bench.close();
    });

    const lockRow = async () => {
      await watcher.query('begin');
      await watcher.query('select * from aitoys_sessions where id_hash = ? for update', [idHash]);
    };
    const working = async (): Promise<number> => {
      const name = new URL(bench.dependencies.config.stateDatabaseUrl).pathname.slice(1);
      const [rows] = await watcher.query('show full processlist');
      return (rows as { db: string | null; Info: string | null }[]).filter(
        ({ db, Info }) => db === name && Info?.includes('delete from `aitoys_sessions`') === true
      ).length;
    };
    const until = async (statements: number) => {
      const deadline = performance.now() + 10_000;
      while ((await working()) !== statements) {
        if (performance.now() > deadline) {
          throw new Error(`The server did not come to work on ${String(statements)} statements`);
        }
      }
    };
    /** What of a database ends no statement within the time of a test by itself. */
    const withPatientDatabase = async (seconds: number, use: (database: Database<StateTables>) => Promise<void>) => {
      const database = openDatabase<StateTables>(bench.dependencies.config.stateDatabaseUrl, {
        poolSize: 1,
        statementTimeoutSeconds: seconds,
      });
      await use(database).finally(() => database.close());
    };

    it('are cancelled on the server when they are aborted, and not done later', async () => {
      await lockRow();
      await withPatientDatabase(60, async (database) => {
        const caller = new AbortController();
        const gone = new Error('gone');
        const outcome = endSession(database, idHash, caller.signal).catch((error: unknown) => error);
        await until(1);
        const abortedAt = performance.now();
        caller.abort(gone);
        expect(await outcome).toBe(gone);
        await until(0);
        expect(performance.now() - abortedAt).toBeLessThan(1000);
      });
      await watcher.query('rollback');
      expect((await getAs(bench.app, token, path)).status).toBe(200);
    });

    it('make POST /logout a 503 that leaves the session as it was', async () => {
      await lockRow();
      const logOut = () =>
        bench.app.request('/api/v1/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
      expect((await logOut()).status).toBe(503);
      await until(0);
      await watcher.query('rollback');
      expect((await getAs(bench.app, token, path)).status).toBe(200);
      expect((await logOut()).status).toBe(204);
      bench.advance(1000);
      expect((await getAs(bench.app, token, path)).status).toBe(401);
    });

    it.each([
      ['a row', lockRow],
      ['the table', () => watcher.query('lock tables aitoys_sessions write')],
    ])("are stopped by the server's own limit: %s", async (_, lock) => {
      await lock();
      await withPatientDatabase(1, async (database) => {
        const error: unknown = await endSession(database, idHash).catch((thrown: unknown) => thrown);
        // Lock wait timeout (1205), or MariaDB's limit for any statement (1969).
        expect([1205, 1969]).toContain((error as { errno: number }).errno);
        await until(0);
      });
    });

    it('have limits in whole seconds', async () => {
      await withPatientDatabase(7, async ({ kysely }) => {
        const { rows } = await kysely.executeQuery(
          CompiledQuery.raw(
            'select @@session.innodb_lock_wait_timeout as rowLocks, @@session.lock_wait_timeout as tables'
          )
        );
        expect(rows.map((row) => Object.values(row as object).map(Number))).toEqual([[7, 7]]);
      });
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines(
  'sessions beside busy questions',
  (engine) => {
    beforeEach(async () => {
      bench = await openProxyBench(engine, { DATABASE_POOL_SIZE: '2', MAX_CONCURRENT_QUERIES: '2' });
    });
    afterEach(() => bench.close());

    it('are checked through connections of their own', async () => {
      await bench.addUser({ login_name: 'admin' });
      const token = await bench.signIn('admin');
      const { kysely } = bench.dependencies.metricsDatabase;
      const answered = Promise.withResolvers<undefined>();
      const taken = [1, 2].map(() => Promise.withResolvers<undefined>());
      const occupied = taken.map(({ resolve }) =>
        kysely.connection().execute(async () => {
          resolve(undefined);
          await answered.promise;
        })
      );
      await Promise.all(taken.map(({ promise }) => promise));
      expect((await getAs(bench.app, token, path)).status).toBe(200);
      answered.resolve(undefined);
      await Promise.all(occupied);
    });
  },
  ['mysql', 'mariadb']
);
