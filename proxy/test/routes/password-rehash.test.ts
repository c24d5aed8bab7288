import { createHash } from 'node:crypto';
import { CompiledQuery } from 'kysely';
import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { hashArgon2id, isArgon2id, verifyArgon2id } from '../../src/auth/argon2id.ts';
import { hashPassword } from '../../src/auth/password.ts';
import { createPasswordChecks } from '../../src/auth/password-checks.ts';
import { openDatabases } from '../../src/open-databases.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import {
  getAs,
  openProxyBench,
  postLogin,
  type ProxyBench,
  testPassword,
  viewerHeaders,
} from '../support/proxy-bench.ts';

const path = '/api/v1/user/info';

let bench: ProxyBench;
const login = async (login_name: string, password = testPassword) =>
  (await postLogin(bench.app, { login_name, password })).status;
const setHash = (id: string, password_hash: string) =>
  bench.dependencies.metricsDatabase.kysely.updateTable('users').set({ password_hash }).where('id', '=', id).execute();
const hashOf = async (id: string) => {
  const row = await bench.dependencies.metricsDatabase.kysely
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.password_hash ?? '';
};
const fingerprintOf = (hash: string) => createHash('sha256').update(hash).digest('hex');
/** Whether the session lasts, beyond what is kept of earlier answers. */
const statusOf = async (token: string, headers = {}) => {
  bench.advance(1000);
  return (await getAs(bench.app, token, path, headers)).status;
};
const run = (statement: string) => bench.dependencies.metricsDatabase.kysely.executeQuery(CompiledQuery.raw(statement));
const logged = (event: string) => bench.logLines().filter((line) => line['event'] === event);
const readyNotices = async () => {
  bench.advance(1000);
  const { data } = (await (await bench.app.request('/ready')).json()) as { data: { notices: string[] } };
  return data.notices;
};

const lockOut =
  'Passwords are hashed anew with argon2id: other applications that check SHA-256 lock out whoever signs in here';

describeOnEngines('POST /login with PASSWORD_REHASH=argon2id', (engine) => {
  let id: string;

  beforeEach(async () => {
    bench = await openProxyBench(engine, { PASSWORD_REHASH: 'argon2id' });
    id = await bench.addUser({ login_name: 'admin' });
  });
  afterEach(() => bench.close());

  it('puts an argon2id hash in the place of a SHA-256, once, and verifies it from then on', async () => {
    expect(await login('admin')).toBe(200);
    const stored = await hashOf(id);
    expect([isArgon2id(stored), await verifyArgon2id(testPassword, stored)]).toEqual([true, true]);
    expect([await login('admin'), await login('admin', 'wrong')]).toEqual([200, 401]);
    expect(await hashOf(id)).toBe(stored);
  });

  it('does not take the stored hash for a password, nor the one before (A12)', async () => {
    await login('admin');
    expect(await login('admin', await hashOf(id))).toBe(401);
    expect(await login('admin', hashPassword(testPassword))).toBe(401);
  });

  it('hashes SHA-256 in capitals anew, too (A13)', async () => {
    await setHash(id, hashPassword(testPassword).toUpperCase());
    expect(await login('admin')).toBe(200);
    expect(isArgon2id(await hashOf(id))).toBe(true);
  });

  it('leaves alone who is not let in', async () => {
    const others = {
      wrong: await bench.addUser({ login_name: 'wrong', password_hash: hashPassword('another') }),
      disabled: await bench.addUser({ login_name: 'disabled', status: 0 }),
      normal: await bench.addUser({ login_name: 'normal', user_type: 0 }),
    };
    const before = await Promise.all(Object.values(others).map(hashOf));
    expect([await login('wrong'), await login('disabled'), await login('normal')]).toEqual([401, 401, 403]);
    expect(await Promise.all(Object.values(others).map(hashOf))).toEqual(before);
  });

  it('refuses absurd and malformed argon2id hashes, logs them, and leaves them alone (A14)', async () => {
    const good = await hashArgon2id(testPassword);
    const hostile = ['m=4194304,t=2,p=1', 'm=19456,t=1000,p=1', 'm=19456,t=2,p=100', 'm=1,t=1,p=1'].map((parameters) =>
      good.replace('m=19456,t=2,p=1', parameters)
    );
    for (const stored of [
      ...hostile,
      good.replace('argon2id', 'argon2i'),
      good.replace('19', '16'),
      good.slice(0, -1),
    ]) {
      await setHash(id, stored);
      const before = logged('password_hash_malformed').length;
      expect(await login('admin'), stored).toBe(401);
      expect(logged('password_hash_malformed').slice(before)).toEqual([
        expect.objectContaining({ level: 50, user_id: id }),
      ]);
      expect(await hashOf(id)).toBe(stored);
    }
  });

  it("ends none of the person's sessions by it, whatever their kind (C51)", async () => {
    const sha256 = hashPassword(testPassword);
    const tokens = [await bench.signIn('admin'), await bench.signIn('admin', 'grafana')];
    // As if the application had stored the same password in its own way again.
    await setHash(id, sha256);
    const { kysely } = bench.dependencies.stateDatabase;
    const other = await bench.addUser({ login_name: 'other' });
    await bench.signIn('other');
    await run(`update users set password_hash = '${sha256}' where id = ${other}`);
    const fingerprints = () =>
      kysely.selectFrom('aitoys_sessions').select(['user_id', 'password_fingerprint']).execute();
    const oldFingerprint = fingerprintOf(sha256);
    await kysely.updateTable('aitoys_sessions').set({ password_fingerprint: oldFingerprint }).execute();
    tokens.push(await bench.signIn('admin'));
    expect(isArgon2id(await hashOf(id))).toBe(true);
    const [user, datasource, latest] = tokens;
    expect(await statusOf(user ?? '')).toBe(200);
    expect(await statusOf(datasource ?? '', viewerHeaders)).toBe(200);
    expect(await statusOf(latest ?? '')).toBe(200);
    // Those of others with the same password are their own business.
    const newFingerprint = createHash('sha256')
      .update(await hashOf(id))
      .digest('hex');
    expect((await fingerprints()).map((row) => [row.user_id, row.password_fingerprint]).sort()).toEqual(
      [
        [id, newFingerprint],
        [id, newFingerprint],
        [id, newFingerprint],
        [other, oldFingerprint],
      ].sort()
    );
  });

  it('still ends them when the password is another one (C51)', async () => {
    const token = await bench.signIn('admin');
    await setHash(id, await hashArgon2id('another'));
    expect(await statusOf(token)).toBe(401);
    const again = await postLogin(bench.app, { login_name: 'admin', password: 'another' });
    const { data } = (await again.json()) as { data: { token: string } };
    await setHash(id, hashPassword('a third'));
    expect(await statusOf(data.token)).toBe(401);
  });

  it('signs in everybody who comes at the same time, for lasting sessions', async () => {
    const old = await bench.signIn('admin');
    await setHash(id, hashPassword(testPassword));
    await bench.dependencies.stateDatabase.kysely
      .updateTable('aitoys_sessions')
      .set({ password_fingerprint: fingerprintOf(hashPassword(testPassword)) })
      .execute();
    bench.advance(1000);
    const other = bench.secondProxy();
    const [tokens, uses] = await Promise.all([
      Promise.all(Array.from({ length: 6 }, () => bench.signIn('admin'))),
      Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          await new Promise((resolve) => setTimeout(resolve, 2 * index));
          bench.advance(1000);
          return (await getAs(other, old, path)).status;
        })
      ),
    ]);
    expect(uses).toEqual(uses.map(() => 200));
    const statuses = await Promise.all([old, ...tokens].map((token) => statusOf(token)));
    expect(statuses).toEqual(statuses.map(() => 200));
    expect(logged('session_ended')).toEqual([]);
  });

  it('signs in where the hash can not be stored, and logs why', async () => {
    const refusal =
      engine === 'sqlite'
        ? `begin select raise(abort, 'refused'); end`
        : `begin signal sqlstate '45000' set message_text = 'refused'; end`;
    await run(`create trigger refused before update on users for each row ${refusal}`);
    const token = await bench.signIn('admin');
    expect(await statusOf(token)).toBe(200);
    expect(await hashOf(id)).toBe(hashPassword(testPassword));
    expect(logged('password_not_rehashed')).toEqual([expect.objectContaining({ level: 40, user_id: id })]);
    expect(JSON.stringify(bench.logLines())).not.toContain('$argon2id');
  });

  it('answers 503 to more sign-ins at once than it can do soon, and does not count them (H104)', async () => {
    // 2 at work, and 16 waiting for each of them.
    const admitted = 34;
    const app = createApp({ ...bench.dependencies, passwords: createPasswordChecks(true, 2) });
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => postLogin(app, { login_name: 'admin', password: 'wrong' }))
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect([refused.length, answers.filter(({ status }) => status === 401).length]).toEqual([120 - admitted, admitted]);
    expect(refused[0]?.headers.get('Retry-After')).toBe('5');
    expect(await refused[0]?.json()).toMatchObject({
      error: {
        code: 'unavailable',
        message: 'Too many people are signing in at once: try again in a few seconds',
      },
    });
    const counted = await bench.dependencies.stateDatabase.kysely
      .selectFrom('aitoys_sign_in_attempts')
      .select('attempts')
      .execute();
    expect(counted.map(({ attempts }) => attempts)).toEqual([admitted, admitted]);
    expect(await login('admin')).toBe(200);
  });

  it('says at /ready what that does to other applications', async () => {
    expect(await readyNotices()).toEqual(['viewers are not checked', lockOut]);
  });

  it('verifies what is stored after it was switched off again', async () => {
    const token = await bench.signIn('admin');
    const stored = await hashOf(id);
    const config = { ...bench.dependencies.config, PASSWORD_REHASH: 'off' as const };
    const app = createApp({ ...bench.dependencies, config, passwords: createPasswordChecks(false) });
    expect((await postLogin(app, { login_name: 'admin', password: testPassword })).status).toBe(200);
    expect((await postLogin(app, { login_name: 'admin', password: 'wrong' })).status).toBe(401);
    expect([await hashOf(id), await statusOf(token)]).toEqual([stored, 200]);
  });
});

describeOnEngines(
  'POST /login with PASSWORD_REHASH=argon2id on a server',
  (engine) => {
    let id: string;

    beforeEach(async () => {
      bench = await openProxyBench(engine, { PASSWORD_REHASH: 'argon2id' });
      id = await bench.addUser({ login_name: 'admin' });
    });
    afterEach(() => bench.close());

    it.each(['char(64)', 'varchar(96)'])('cuts nothing where the column is %s, and says so (I118)', async (type) => {
      await run(`alter table users modify password_hash ${type}`);
      const token = await bench.signIn('admin');
      expect(await statusOf(token)).toBe(200);
      expect(await hashOf(id)).toBe(hashPassword(testPassword));
      expect(logged('password_not_rehashed')).toEqual([
        expect.objectContaining({
          level: 40,
          user_id: id,
          cause: expect.objectContaining({
            errno: 1406,
            message: expect.stringContaining('password_hash') as string,
          }) as object,
        }),
      ]);
      const narrow = `users.password_hash is ${type.toUpperCase()}: an argon2id hash has 97 characters`;
      expect(await readyNotices()).toEqual([
        'viewers are not checked',
        lockOut,
        `No password is hashed anew: ${narrow}`,
      ]);
    });

    it.each(['char(97)', 'varchar(97) character set ascii', 'text'])('stores it in a column of %s', async (type) => {
      await run(`alter table users modify password_hash ${type}`);
      expect([await login('admin'), isArgon2id(await hashOf(id)), await login('admin')]).toEqual([200, true, 200]);
      expect(await readyNotices()).toEqual(['viewers are not checked', lockOut]);
    });

    it('needs UPDATE (password_hash) for it, and without signs in as before', async () => {
      const url = new URL(bench.dependencies.config.databaseUrl);
      const schema = url.pathname.slice(1);
      const administrator = await createConnection(url.href);
      const account = `${schema}@'%'`;
      await administrator.query(`create user ${account} identified by 'Password-1'`);
      await administrator.query(`grant select on ${schema}.users to ${account}`);
      await administrator.query(`grant select on ${schema}.ai_metrics to ${account}`);
      url.username = schema;
      url.password = 'Password-1';
      const config = { ...bench.dependencies.config, databaseUrl: url.href };
      const { close, ...databases } = openDatabases(config);
      const app = createApp({ ...bench.dependencies, config, ...databases });
      const notices = async () => {
        bench.advance(1000);
        return ((await (await app.request('/ready')).json()) as { data: { notices: string[] } }).data.notices.slice(2);
      };
      const logIn = async () => (await postLogin(app, { login_name: 'admin', password: testPassword })).status;
      try {
        expect(await notices()).toEqual([
          'No password is hashed anew: this account may not UPDATE users.password_hash',
        ]);
        expect([await logIn(), await hashOf(id)]).toEqual([200, hashPassword(testPassword)]);
        expect(logged('password_not_rehashed')).toHaveLength(1);
        await administrator.query(`grant update (password_hash) on ${schema}.users to ${account}`);
        expect(await notices()).toEqual([]);
        expect([await logIn(), isArgon2id(await hashOf(id))]).toEqual([200, true]);
      } finally {
        await close();
        await administrator.query(`drop user ${account}`);
        await administrator.end();
      }
    });

    it('waits no longer than a second for a row that somebody has locked', async () => {
      const locker = await createConnection(bench.dependencies.config.databaseUrl);
      await locker.query('begin');
      await locker.query(`select * from users where id = ${id} for update`);
      const start = performance.now();
      const token = await bench.signIn('admin');
      expect(performance.now() - start).toBeLessThan(2500);
      expect(logged('password_not_rehashed')).toHaveLength(1);
      await locker.end();
      expect(await statusOf(token)).toBe(200);
      expect(await hashOf(id)).toBe(hashPassword(testPassword));
    });
  },
  ['mysql', 'mariadb']
);
