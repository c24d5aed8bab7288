import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { hashPassword } from '../../src/auth/password.ts';
import { storedInteger } from '../../src/auth/stored-values.ts';
import { createTokens } from '../../src/auth/token.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { getAs, openProxyBench, type ProxyBench, testSecret, viewerHeaders } from '../support/proxy-bench.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const path = '/api/v1/user/info';

describeOnEngines('sessions', (engine) => {
  let bench: ProxyBench;
  let userId: string;
  let name = '';
  let users = 0;

  beforeAll(async () => {
    bench = await openProxyBench(engine, { MAX_SESSIONS_PER_USER: '3' });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    users += 1;
    name = `user ${String(users)}`;
    userId = await bench.addUser({ login_name: name });
  });

  const status = async (token: string, headers = {}) => (await getAs(bench.app, token, path, headers)).status;
  const logOut = async (token: string, app = bench.app) =>
    (await app.request('/api/v1/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } })).status;
  const setUser = (changes: { status?: number; user_type?: number; password_hash?: string }) =>
    bench.dependencies.metricsDatabase.kysely.updateTable('users').set(changes).where('id', '=', userId).execute();
  const deleteUser = () =>
    bench.dependencies.metricsDatabase.kysely.deleteFrom('users').where('id', '=', userId).execute();
  /** As if so much time had passed since. */
  const age = async (column: 'created_at' | 'last_seen_at' | 'expires_at', ms: number) => {
    await bench.dependencies.stateDatabase.kysely
      .updateTable('aitoys_sessions')
      .set({ [column]: sql`${sql.ref(column)} - ${ms}` })
      .where('user_id', '=', userId)
      .execute();
    // Beyond what is kept of earlier answers.
    bench.advance(second);
  };
  const lastSeen = async () => {
    const row = await bench.dependencies.stateDatabase.kysely
      .selectFrom('aitoys_sessions')
      .select('last_seen_at')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return storedInteger.parse(row.last_seen_at);
  };

  it('end after 30 minutes without use (C48)', async () => {
    const token = await bench.signIn(name);
    await age('last_seen_at', 30 * minute - second);
    expect(await status(token)).toBe(200);
    await age('last_seen_at', 30 * minute + second);
    expect(await status(token)).toBe(401);
  });

  it('of data sources have no idle limit', async () => {
    const token = await bench.signIn(name, 'grafana');
    await age('last_seen_at', 7 * hour);
    expect(await status(token, viewerHeaders)).toBe(200);
  });

  it.each(['user', 'grafana'] as const)('of kind %s end after 8 hours, even when used (C48)', async (kind) => {
    const isUser = kind === 'user';
    const token = await bench.signIn(name, isUser ? undefined : 'grafana');
    const headers = isUser ? {} : viewerHeaders;
    await age('expires_at', 8 * hour - 2 * second);
    expect(await status(token, headers)).toBe(200);
    await age('expires_at', 2 * second);
    expect(await status(token, headers)).toBe(401);
  });

  it('note their use at most once a minute (C56)', async () => {
    const token = await bench.signIn(name);
    await age('last_seen_at', 59 * second);
    const before = await lastSeen();
    for (let requests = 0; requests < 20; requests += 1) {
      bench.advance(second);
      expect(await status(token)).toBe(200);
    }
    expect(await lastSeen()).toBe(before);
    await age('last_seen_at', 2 * second);
    await Promise.all(Array.from({ length: 20 }, () => status(token)));
    const noted = await lastSeen();
    expect(noted).toBeGreaterThan(before + 58 * second);
    bench.advance(second);
    await status(token);
    expect(await lastSeen()).toBe(noted);
  });

  it('end by logging out, on every proxy within a second (C49, C58)', async () => {
    const token = await bench.signIn(name);
    const other = bench.secondProxy();
    expect((await getAs(other, token, path)).status).toBe(200);
    expect(await status(token)).toBe(200);
    expect(await logOut(token)).toBe(204);
    expect(await status(token)).toBe(401);
    bench.advance(second);
    expect((await getAs(other, token, path)).status).toBe(401);
  });

  it('end by logging out where they were not used before (C58)', async () => {
    const token = await bench.signIn(name);
    expect(await logOut(token, bench.secondProxy())).toBe(204);
    expect(await status(token)).toBe(401);
  });

  it('are logged out of with 204, whatever is left to end (C50)', async () => {
    const token = await bench.signIn(name);
    const datasource = await bench.signIn(name, 'grafana');
    expect([await logOut(token), await logOut(token), await logOut(datasource)]).toEqual([204, 204, 204]);
    expect([await logOut('no.to.ken'), await logOut('')]).toEqual([204, 204]);
    const response = await bench.app.request('/admin/logout', { method: 'POST' });
    expect([response.status, await response.text(), response.headers.get('Cache-Control')]).toEqual([
      204,
      '',
      'no-store',
    ]);
  });

  it('are in the audit log when they end, with the request that ended them', async () => {
    const linesBefore = bench.logLines().length;
    const [first, second] = [await bench.signIn(name), await bench.signIn(name)];
    await logOut(first);
    await logOut(first);
    const users = bench.dependencies.metricsDatabase.kysely;
    await users.updateTable('users').set({ status: 0 }).where('login_name', '=', name).execute();
    expect(await status(second)).toBe(401);
    await users.updateTable('users').set({ status: 1 }).where('login_name', '=', name).execute();
    const ended = bench
      .logLines()
      .slice(linesBefore)
      .filter(({ event }) => event === 'signed_out' || event === 'session_ended');
    const request = {
      user_id: expect.any(String) as string,
      request_id: expect.any(String) as string,
      client: 'unknown',
    };
    expect(ended).toEqual([
      expect.objectContaining({ event: 'signed_out', ...request }),
      expect.objectContaining({ event: 'session_ended', ...request }),
    ]);
  });

  it('are not logged out of with a token in the address', async () => {
    const token = await bench.signIn(name);
    for (const mount of ['/api/v1', '/admin']) {
      const headers = { Authorization: `Bearer ${token}` };
      const response = await bench.app.request(`${mount}/logout?access_token=${token}`, { method: 'POST', headers });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: {
          code: 'invalid_request',
          message: 'access_token: send the token in the Authorization header only',
        },
      });
    }
    expect(await status(token)).toBe(200);
  });

  it('end when the password was changed (C51)', async () => {
    const token = await bench.signIn(name);
    const datasource = await bench.signIn(name, 'grafana');
    await setUser({ password_hash: hashPassword('new') });
    bench.advance(second);
    expect([await status(token), await status(datasource, viewerHeaders)]).toEqual([401, 401]);
  });

  it('end when the user is disabled or deleted, and stay ended (B47, C54)', async () => {
    for (const value of [0, 2, 3]) {
      await setUser({ status: 1 });
      const token = await bench.signIn(name);
      expect(await status(token)).toBe(200);
      await setUser({ status: value });
      bench.advance(second);
      expect(await status(token), `status ${String(value)}`).toBe(401);
      await setUser({ status: 1 });
      bench.advance(second);
      expect(await status(token), `status ${String(value)}, then 1`).toBe(401);
    }
  });

  it('end with 403 when the user is no system user any more (B47, C54)', async () => {
    const token = await bench.signIn(name);
    await setUser({ user_type: 0 });
    bench.advance(second);
    expect(await status(token)).toBe(403);
    expect(await status(token)).toBe(401);
  });

  it('do not pass to another user of the same name (B47, C54)', async () => {
    const token = await bench.signIn(name);
    await deleteUser();
    const heir = await bench.addUser({ login_name: name });
    expect(heir).not.toBe(userId);
    bench.advance(second);
    expect(await status(token)).toBe(401);
  });

  it('answer to their own token only, within its own times (B36, B42, B43)', async () => {
    const tokens = createTokens([testSecret]);
    const token = await bench.signIn(name);
    const claims = await tokens.verify(token);
    expect(claims).not.toBeNull();
    const { sub, sid, iat, exp } = claims ?? { sub: '', sid: '', iat: 0, exp: 0 };
    const ofOther = await bench.addUser({ login_name: `${name} other` });
    const statusOf = async (changes: object) => {
      bench.advance(second);
      return status(await tokens.sign({ sub, sid, iat, exp, ...changes }));
    };
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ sub: ofOther })).toBe(401);
    expect(await statusOf({ sid: 'A'.repeat(43) })).toBe(401);
    expect(await statusOf({ exp: iat })).toBe(401);
    expect(await statusOf({ iat: iat + 60 })).toBe(401);
    expect(await statusOf({})).toBe(200);
  });

  it('use a right that was found for less than a second', async () => {
    const token = await bench.signIn(name);
    expect(await status(token)).toBe(200);
    await setUser({ status: 0 });
    bench.advance(999);
    expect(await status(token)).toBe(200);
    bench.advance(1);
    expect(await status(token)).toBe(401);
  });

  it('are at most MAX_SESSIONS_PER_USER per person: the oldest ends; data sources do not count (C55)', async () => {
    const datasources = await Promise.all([1, 2, 3, 4].map(() => bench.signIn(name, 'grafana')));
    const tokens: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      tokens.push(await bench.signIn(name));
      await age('created_at', second);
    }
    const [oldest, ...others] = await Promise.all(tokens.map((token) => status(token)));
    expect([oldest, ...others]).toEqual([401, 200, 200, 200]);
    const ofDatasources = await Promise.all(datasources.map((token) => status(token, viewerHeaders)));
    expect(ofDatasources).toEqual([200, 200, 200, 200]);
  });

  it('keep to the cap when many sign in at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 12 }, () => bench.signIn(name)));
    const answers = await Promise.all(tokens.map((token) => status(token)));
    expect(answers.filter((answer) => answer === 200).length).toBeLessThanOrEqual(3);
    expect(answers.filter((answer) => answer === 200).length).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer !== 200 && answer !== 401)).toEqual([]);
  });

  it('that expired are cleared at the next sign-in', async () => {
    await bench.signIn(name, 'grafana');
    await age('expires_at', 9 * hour);
    const other = await bench.addUser({ login_name: `${name} other` });
    await bench.signIn(`${name} other`);
    const rows = await bench.dependencies.stateDatabase.kysely
      .selectFrom('aitoys_sessions')
      .select('user_id')
      .where('user_id', 'in', [userId, other])
      .execute();
    expect(rows.map((row) => row.user_id)).toEqual([other]);
  });
});
