import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { openDatabases } from '../../src/open-databases.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { listen, type ListeningApp } from '../support/listen.ts';
import { getAs, openProxyBench, type ProxyBench, testPassword } from '../support/proxy-bench.ts';

const minute = 60_000;

const designed = {
  USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES: '10',
  ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR: '100',
  TRUSTED_PROXIES: '127.0.0.1',
};

/** Two proxies whose clocks differ, with connections of their own on one database, behind a proxy that they trust: these tests. */
describeOnEngines('limits on sign-in', (engine) => {
  let bench: ProxyBench;
  let proxies: [ListeningApp, ListeningApp];
  let closeSecond: () => Promise<void>;
  let lastNetwork = 0;
  /** Of this test only. */
  let address = '';

  beforeAll(async () => {
    bench = await openProxyBench(engine, designed);
    await bench.addUser({ login_name: 'admin' });
    const { close, ...databases } = openDatabases(bench.dependencies.config);
    closeSecond = close;
    const clock = () => bench.dependencies.clock() + 5 * minute;
    const second = createApp({ ...bench.dependencies, ...databases, clock });
    proxies = [await listen(bench.app), await listen(second)];
  });
  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await closeSecond();
    await bench.close();
  });
  beforeEach(() => {
    lastNetwork += 1;
    address = `198.51.100.${String(lastNetwork)}`;
  });

  interface Attempt {
    from?: string;
    proxy?: 0 | 1;
    client?: 'grafana';
  }
  const logIn = (name: string, password: string, { from = address, proxy = 0, client }: Attempt = {}) =>
    fetch(`${proxies[proxy].url}/api/v1/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': from },
      body: JSON.stringify({ login_name: name, password, client }),
    });
  const statusOf = async (name: string, password: string, attempt?: Attempt) =>
    (await logIn(name, password, attempt)).status;
  /** The statuses of so many wrong guesses, one after the other. */
  const guess = async (times: number, name = 'admin', attempt?: Attempt) => {
    const statuses: number[] = [];
    for (let done = 0; done < times; done += 1) {
      statuses.push(await statusOf(name, 'wrong', attempt));
    }
    return statuses;
  };
  const times = (count: number, status: number) => Array.from({ length: count }, () => status);
  /** As if so much time had passed for every attempt that was counted. */
  const age = async (ms: number) => {
    await bench.dependencies.stateDatabase.kysely
      .updateTable('aitoys_sign_in_attempts')
      .set({ expires_at: sql`expires_at - ${ms}` })
      .execute();
    // Beyond what a proxy keeps of earlier answers.
    bench.advance(1000);
  };
  const storedKeys = () => bench.dependencies.stateDatabase.kysely.selectFrom('aitoys_sign_in_attempts').selectAll();

  it('let 10 guesses be verified, and then refuse the right password as well (A15)', async () => {
    expect(await guess(12)).toEqual([...times(10, 401), 429, 429]);
    const response = await logIn('admin', testPassword);
    expect(response.status).toBe(429);
    const seconds = response.headers.get('Retry-After') ?? '';
    expect(Number(seconds)).toBeGreaterThan(890);
    expect(Number(seconds)).toBeLessThanOrEqual(900);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('WWW-Authenticate')).toBeNull();
    expect(await response.json()).toEqual({
      error: {
        code: 'rate_limited',
        message: `Too many attempts to sign in: the next one is possible in ${seconds} s`,
        request_id: response.headers.get('X-Request-Id'),
      },
    });
  });

  it('are the same for names that nobody has (A15)', async () => {
    const visible = async (name: string) => {
      expect(await guess(10, name)).toEqual(times(10, 401));
      const response = await logIn(name, 'wrong');
      const {
        'x-request-id': _id,
        date: _date,
        'retry-after': after,
        ...headers
      } = Object.fromEntries(response.headers);
      expect(Number(after)).toBeGreaterThan(890);
      const text = await response.text();
      return { status: response.status, headers, body: text.replace(/"request_id":"[^"]+"|in \d+ s/g, '') };
    };
    expect(await visible('nobody')).toEqual(await visible('admin'));
  });

  it('say truly how long they last, and are over then', async () => {
    await guess(11);
    await age(10 * minute);
    const seconds = Number((await logIn('admin', testPassword)).headers.get('Retry-After'));
    expect(seconds).toBeGreaterThan(290);
    expect(seconds).toBeLessThanOrEqual(300);
    await age(5 * minute);
    expect(await guess(11)).toEqual([...times(10, 401), 429]);
  });

  it('are not made longer by trying', async () => {
    await guess(10);
    await age(14 * minute);
    expect(await guess(20)).toEqual(times(20, 429));
    await age(minute);
    expect(await statusOf('admin', testPassword)).toBe(200);
  });

  it('count all spellings of a name together (A17)', async () => {
    const spellings = ['admin', 'Admin', 'ADMIN', 'admin ', 'ａｄｍｉｎ'];
    for (const name of [...spellings, ...spellings]) {
      expect(await statusOf(name, 'wrong')).toBe(401);
    }
    for (const name of spellings) {
      expect(await statusOf(name, testPassword)).toBe(429);
    }
  });

  it('begin again for the user, but not for the address, after a success only (A21)', async () => {
    await guess(9);
    expect(await statusOf('admin', testPassword)).toBe(200);
    expect(await guess(9)).toEqual(times(9, 401));
    // 19 attempts of this address so far.
    for (let more = 0; more < 81; more += 1) {
      expect(await statusOf('admin', testPassword)).toBe(200);
    }
    expect(await statusOf('admin', testPassword)).toBe(429);
  });

  it('do not begin again for a right password that gives no session', async () => {
    await bench.addUser({ login_name: 'normal', user_type: 0 });
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await statusOf('normal', testPassword)).toBe(403);
    }
    expect(await statusOf('normal', testPassword)).toBe(429);
  });

  it('leave sessions alone, and sign-ins from elsewhere, the data source among them (A18)', async () => {
    const { data } = (await (await logIn('admin', testPassword)).json()) as { data: { token: string } };
    await guess(11);
    expect((await getAs(bench.app, data.token, '/api/v1/user/info')).status).toBe(200);
    expect(await statusOf('admin', testPassword, { from: '192.0.2.1' })).toBe(200);
    expect(await statusOf('admin', testPassword, { from: '192.0.2.2', client: 'grafana' })).toBe(200);
    expect(await statusOf('admin', testPassword)).toBe(429);
  });

  it('count all names of an address together, for an hour, and keep nothing of those beyond (A19)', async () => {
    for (let name = 0; name < 100; name += 1) {
      expect(await statusOf(`name ${String(name)}`, 'wrong')).toBe(401);
    }
    const before = (await storedKeys().execute()).length;
    const response = await logIn('admin', testPassword);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(3580);
    bench.advance(1000);
    expect(await statusOf('one more', 'wrong')).toBe(429);
    expect(await storedKeys().execute()).toHaveLength(before);
    await age(59 * minute);
    expect(await statusOf('admin', testPassword)).toBe(429);
    await age(minute);
    expect(await statusOf('admin', testPassword)).toBe(200);
  });

  it('count IPv6 by network, and IPv4 as it is however it is written (A20)', async () => {
    const [first, same, other] = ['2001:db8:0:9::1', '[2001:DB8:0:9:ffff::7]:4711', '2001:db8:0:a::1'];
    await guess(5, 'admin', { from: first });
    await guess(5, 'admin', { from: same });
    expect(await statusOf('admin', testPassword, { from: first })).toBe(429);
    expect(await statusOf('admin', testPassword, { from: other })).toBe(200);
    await guess(10, 'admin', { from: `::ffff:${address}` });
    expect(await statusOf('admin', testPassword, { from: address })).toBe(429);
  });

  it('believe no address that a client gives himself (G88)', async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await statusOf('admin', 'wrong', { from: `203.0.113.${String(tries)}, ${address}` })).toBe(401);
    }
    expect(await statusOf('admin', testPassword, { from: `203.0.113.99, ${address}` })).toBe(429);
  });

  it.each([
    ['one proxy', [0, 0]],
    ['two proxies', [0, 1]],
  ] as const)('let 10 of 50 guesses at once be verified, on %s (A16)', async (_, on) => {
    const before = bench.logLines().length;
    const statuses = await Promise.all(
      Array.from({ length: 50 }, (__, index) => statusOf('admin', 'wrong', { proxy: on[index % 2 === 0 ? 0 : 1] }))
    );
    expect(statuses.sort()).toEqual([...times(10, 401), ...times(40, 429)]);
    const verified = bench
      .logLines()
      .slice(before)
      .filter(({ event }) => event === 'sign_in_refused');
    expect(verified).toHaveLength(10);
  });

  it('are one for all proxies, by the clock of their database (F86)', async () => {
    await guess(5, 'admin', { proxy: 0 });
    await guess(5, 'admin', { proxy: 1 });
    expect(await statusOf('admin', testPassword, { proxy: 0 })).toBe(429);
    expect(await statusOf('admin', testPassword, { proxy: 1 })).toBe(429);
  });

  it('do not count what is no attempt', async () => {
    for (const body of ['{', '{}', '{"login_name":"admin","password":""}']) {
      for (let tries = 0; tries < 40; tries += 1) {
        const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': address };
        const response = await fetch(`${proxies[0].url}/api/v1/login`, { method: 'POST', headers, body });
        expect(response.status).toBe(400);
      }
    }
    expect(await statusOf('admin', testPassword)).toBe(200);
  });

  it('do not count what ends without a verdict', async () => {
    await guess(2);
    const { schema } = bench.dependencies.metricsDatabase.kysely;
    await schema.alterTable('users').renameTo('users_elsewhere').execute();
    const failed = await guess(12);
    await schema.alterTable('users_elsewhere').renameTo('users').execute();
    expect(failed).toEqual(times(12, engine === 'sqlite' ? 500 : 503));
    expect(await guess(9)).toEqual([...times(8, 401), 429]);
  });

  it('are logged without what was typed, once a second of a flood', async () => {
    const before = bench.logLines().length;
    await guess(30, 'typed-name');
    bench.advance(1000);
    await guess(5, 'typed-name');
    const lines = bench.logLines().slice(before);
    const limited = {
      level: 40,
      time: expect.any(String) as string,
      request_id: expect.any(String) as string,
      client: address,
      event: 'sign_in_limited',
      limit: 'user',
    };
    expect(lines.filter(({ event }) => event === 'sign_in_limited')).toEqual([limited, limited]);
    expect(JSON.stringify(lines)).not.toContain('typed-name');
  });

  it('are logged with the request and the address, like every sign-in', async () => {
    const before = bench.logLines().length;
    const passwords = [testPassword, ...Array.from({ length: 11 }, () => 'wrong')];
    const ids: (string | null)[] = [];
    for (const password of passwords) {
      ids.push((await logIn('admin', password)).headers.get('X-Request-Id'));
    }
    const lines = bench
      .logLines()
      .slice(before)
      .filter(({ event }) => event !== 'request');
    const events = ['signed_in', ...Array.from({ length: 10 }, () => 'sign_in_refused'), 'sign_in_limited'];
    expect(lines.map(({ event, request_id, client }) => ({ event, request_id, client }))).toEqual(
      events.map((event, index) => ({ event, request_id: ids[index], client: address }))
    );
  });

  it('store nothing that was typed', async () => {
    await guess(1, 'typed-name');
    const rows = await storedKeys().execute();
    expect(rows.every(({ key_hash }) => /^[0-9a-f]{64}$/.test(key_hash))).toBe(true);
  });

  it('clear what is over whenever something new is counted', async () => {
    await guess(1);
    await age(61 * minute);
    await guess(1, 'admin', { from: '203.0.113.200' });
    expect(await storedKeys().execute()).toHaveLength(2);
  });
});
