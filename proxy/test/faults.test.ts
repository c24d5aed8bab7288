import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../src/app.ts';
import { migrateState } from '../src/database/migrate.ts';
import { openDatabases } from '../src/open-databases.ts';
import { describeOnEngines } from './servers/describe-on-engines.ts';
import { type FreshDatabase, freshDatabase } from './servers/fresh-database.ts';
import { type BreakableLink, openLink } from './support/breakable-link.ts';
import { getAs, openProxyBench, postLogin, type ProxyBench, testConfig, testPassword } from './support/proxy-bench.ts';

const second = 1000;
const unavailable = { error: { code: 'unavailable' } };

/** The same proxy, with its tables for sessions and those of the application behind links of their own. */
describeOnEngines(
  'a database that is away',
  (engine) => {
    let bench: ProxyBench;
    let state: FreshDatabase;
    let metricsLink: BreakableLink;
    let stateLink: BreakableLink;
    let token: string;

    beforeEach(async () => {
      state = await freshDatabase(engine);
      stateLink = await openLink(state.url);
      bench = await openProxyBench(
        engine,
        {
          STATE_DATABASE_URL: stateLink.url,
          SIGN_IN_TIMEOUT_SECONDS: '1',
          QUERY_TIMEOUT_SECONDS: '3',
          DATABASE_TIMEOUT_SECONDS: '2',
          USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES: '3',
          ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR: '6',
        },
        async (url) => {
          metricsLink = await openLink(url);
          return metricsLink.url;
        }
      );
      await bench.addUser({ login_name: 'admin' });
      token = await bench.signIn('admin');
    });
    afterEach(async () => {
      metricsLink.restore();
      stateLink.restore();
      await bench.close();
      await Promise.all([metricsLink.close(), stateLink.close(), state.drop()]);
    });

    const userInfo = async () => {
      bench.advance(second);
      return getAs(bench.app, token, '/api/v1/user/info');
    };
    const logIn = () => postLogin(bench.app, { login_name: 'admin', password: testPassword });
    const expectUnavailable = async (response: Response) => {
      expect(response.status).toBe(503);
      expect(response.headers.get('Retry-After')).toBe('5');
      expect(await response.json()).toMatchObject(unavailable);
    };

    it.each(['metrics', 'state'])(
      'is 503 for everyone, and signs no one out: the %s database (C57, I110)',
      async (which) => {
        const link = which === 'metrics' ? metricsLink : stateLink;
        expect((await userInfo()).status).toBe(200);
        link.cut();
        await expectUnavailable(await userInfo());
        await expectUnavailable(await logIn());
        expect((await bench.app.request('/health')).status).toBe(200);
        const ready = await bench.app.request('/ready');
        await expectUnavailable(ready);
        link.restore();
        bench.advance(second);
        expect((await userInfo()).status).toBe(200);
        expect((await logIn()).status).toBe(200);
        expect((await bench.app.request('/ready')).status).toBe(200);
      }
    );

    it('lets nobody be verified whose attempt can not be counted', async () => {
      stateLink.cut();
      const before = bench.logLines().length;
      await expectUnavailable(await postLogin(bench.app, { login_name: 'admin', password: 'wrong' }));
      expect(
        bench
          .logLines()
          .slice(before)
          .map(({ event }) => event)
      ).toEqual(['request_failed', 'request']);
    });

    it('uses up no attempts to sign in, one after the other or at once', async () => {
      metricsLink.cut();
      for (let tries = 0; tries < 8; tries += 1) {
        await expectUnavailable(await logIn());
      }
      const atOnce = await Promise.all(Array.from({ length: 12 }, logIn));
      expect(atOnce.every(({ status }) => status === 503 || status === 429)).toBe(true);
      metricsLink.restore();
      expect((await logIn()).status).toBe(200);
    });

    it('uses up no attempts where it does not answer in time', async () => {
      metricsLink.silence();
      for (let tries = 0; tries < 4; tries += 1) {
        await expectUnavailable(await logIn());
      }
      metricsLink.restore();
      expect((await logIn()).status).toBe(200);
    });

    it('uses up the attempts of a caller who went away', async () => {
      metricsLink.silence();
      for (let tries = 0; tries < 3; tries += 1) {
        const caller = new AbortController();
        const answer = bench.app.request('/api/v1/login', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ login_name: 'admin', password: testPassword }),
          signal: caller.signal,
        });
        caller.abort();
        expect((await answer).status).toBe(499);
      }
      metricsLink.restore();
      expect((await logIn()).status).toBe(429);
    });

    it('is said at /logout, as the session may last', async () => {
      stateLink.cut();
      const logOut = () =>
        bench.app.request('/api/v1/logout', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
      await expectUnavailable(await logOut());
      stateLink.restore();
      expect((await logOut()).status).toBe(204);
      expect((await userInfo()).status).toBe(401);
    });

    it.each(['metrics', 'state'])(
      'is 503 within the time limit where it just stops answering: %s (I112)',
      async (which) => {
        const link = which === 'metrics' ? metricsLink : stateLink;
        link.silence();
        for (const ask of [userInfo, logIn]) {
          const start = performance.now();
          await expectUnavailable(await ask());
          expect(performance.now() - start).toBeLessThan(2500);
        }
        link.restore();
        bench.advance(second);
        expect((await userInfo()).status).toBe(200);
      }
    );

    it('does not keep the proxy from starting (I109)', async () => {
      metricsLink.cut();
      stateLink.cut();
      const { close, ...databases } = openDatabases(bench.dependencies.config);
      const app = createApp({ ...bench.dependencies, ...databases });
      expect((await app.request('/health')).status).toBe(200);
      const response = await app.request('/ready');
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        error: {
          code: 'unavailable',
          details: {
            status: 'not ready',
            checks: [
              { name: 'metrics_database', ok: false, message: 'The database is not available' },
              { name: 'state_database', ok: false, message: 'The database is not available' },
              { name: 'users_table', ok: false, message: 'The database is not available' },
              { name: 'ai_metrics_table', ok: false, message: 'The database is not available' },
            ],
          },
        },
      });
      metricsLink.restore();
      stateLink.restore();
      bench.advance(second);
      expect((await app.request('/ready')).status).toBe(200);
      await close();
    });

    it('has no tables of ours yet: sign-in is 503 until they are made', async () => {
      const empty = await freshDatabase(engine);
      const config = testConfig({ DATABASE_URL: metricsLink.url, STATE_DATABASE_URL: empty.url });
      const { close, ...databases } = openDatabases(config);
      const app = createApp({ ...bench.dependencies, config, ...databases });
      await expectUnavailable(await postLogin(app, { login_name: 'admin', password: testPassword }));
      await migrateState(databases.stateDatabase);
      expect((await postLogin(app, { login_name: 'admin', password: testPassword })).status).toBe(200);
      await close();
      await empty.drop();
    });
  },
  ['mysql', 'mariadb']
);
