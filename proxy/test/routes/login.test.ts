import { createApp } from '../../src/app.ts';
import { createPasswordChecks } from '../../src/auth/password-checks.ts';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { getAs, openProxyBench, postLogin, type ProxyBench, testPassword } from '../support/proxy-bench.ts';

const anyRequestId = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
const refused = {
  error: { code: 'unauthenticated', message: 'The login name or the password is wrong', request_id: anyRequestId },
};

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

/** All that a caller can see of an answer, but for the request's own id. */
async function visible(response: Response): Promise<unknown> {
  const headers = Object.fromEntries(response.headers);
  delete headers['x-request-id'];
  const body = (await response.text()).replace(/"request_id":"[^"]+"/, '"request_id":""');
  return { status: response.status, headers, body };
}

describeOnEngines('POST /login', (engine) => {
  let bench: ProxyBench;
  let adminId: string;
  const login = (login_name: unknown, password: unknown = testPassword) =>
    postLogin(bench.app, { login_name, password });

  beforeAll(async () => {
    bench = await openProxyBench(engine);
    adminId = await bench.addUser({ login_name: 'admin', user_name: 'Ada' });
  });
  afterAll(() => bench.close());

  it('gives a system user a token that works', async () => {
    const response = await login('admin');
    expect(response.status).toBe(200);
    const { data, meta } = (await response.json()) as { data: { token: string; expires_at: string }; meta: unknown };
    expect({ data, meta }).toEqual({
      data: {
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{43}$/) as string,
        token_type: 'Bearer',
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        user: { id: adminId, login_name: 'admin', user_name: 'Ada', user_type: 1, status: 1 },
      },
      meta: { request_id: anyRequestId },
    });
    expect((await getAs(bench.app, data.token, '/api/v1/user/info')).status).toBe(200);
  });

  it('answers at /admin as well', async () => {
    const response = await postLogin(bench.app, { login_name: 'admin', password: testPassword }, '/admin/login');
    expect(response.status).toBe(200);
  });

  it('refuses a wrong password, an unknown user and users who are not active in the very same way (A1, A2, A4-A6)', async () => {
    await bench.addUser({ login_name: 'disabled', status: 0 });
    await bench.addUser({ login_name: 'deleted', status: 2 });
    await bench.addUser({ login_name: 'status 3', status: 3 });
    await bench.addUser({ login_name: 'status -1', status: -1 });
    const wrong = await login('admin', 'wrong');
    expect(await wrong.clone().json()).toEqual(refused);
    expect(wrong.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    expect(wrong.headers.get('Cache-Control')).toBe('no-store');
    const expected = await visible(wrong);
    for (const name of ['nobody', 'disabled', 'deleted', 'status 3', 'status -1']) {
      expect(await visible(await login(name)), name).toEqual(expected);
    }
  });

  it('says to someone who is not a system user that he is not, and gives him nothing (A7, A8)', async () => {
    for (const user_type of [0, 2, -1]) {
      const name = `type ${String(user_type)}`;
      const id = await bench.addUser({ login_name: name, user_type });
      const response = await login(name);
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        error: {
          code: 'forbidden',
          message: 'This account is not a system user: ask an administrator',
          request_id: anyRequestId,
        },
      });
      const sessions = await bench.dependencies.stateDatabase.kysely
        .selectFrom('aitoys_sessions')
        .select('id_hash')
        .where('user_id', '=', id)
        .execute();
      expect(sessions).toEqual([]);
      expect((await login(name, 'wrong')).status).toBe(401);
    }
  });

  it('compares passwords byte for byte (A10, A11)', async () => {
    const passwords = [
      ' leading',
      'trailing ',
      'a\u0000b',
      'line\nbreak',
      '😀',
      'caf\u00e9',
      'cafe\u0301',
      'x'.repeat(1024),
    ];
    for (const [index, password] of passwords.entries()) {
      const name = `bytes ${String(index)}`;
      await bench.addUser({ login_name: name, password_hash: sha256(Buffer.from(password, 'utf8')) });
      expect((await login(name, password)).status, name).toBe(200);
      expect((await login(name, `${password} `.slice(0, 1024))).status, name).toBe(
        password.length === 1024 ? 200 : 401
      );
    }
    expect((await login('bytes 5', 'cafe\u0301')).status).toBe(401);
    expect((await login('bytes 0', 'leading')).status).toBe(401);
  });

  it('does not take the stored hash for a password (A12)', async () => {
    expect((await login('admin', sha256(testPassword))).status).toBe(401);
  });

  it('reads hashes in capitals (A13)', async () => {
    await bench.addUser({ login_name: 'capitals', password_hash: sha256(testPassword).toUpperCase() });
    expect((await login('capitals')).status).toBe(200);
  });

  it('refuses users whose stored hash is none, and logs it (A14)', async () => {
    const malformed = [
      '',
      sha256('x').slice(1),
      `${sha256('x')}0`,
      '$argon2id$v=19$m=4194304,t=1,p=1$c2FsdA$aGFzaA',
      'z'.repeat(64),
    ];
    for (const [index, password_hash] of malformed.entries()) {
      const name = `malformed ${String(index)}`;
      const id = await bench.addUser({ login_name: name, password_hash });
      expect((await login(name)).status, password_hash).toBe(401);
      expect(bench.logLines()).toContainEqual(
        expect.objectContaining({ level: 50, event: 'password_hash_malformed', user_id: id })
      );
    }
  });

  it('lets nobody in under a name that two users have (A22)', async () => {
    const ids = [
      await bench.addUser({ login_name: 'twin' }),
      await bench.addUser({ login_name: 'twin', password_hash: sha256('other') }),
    ];
    expect((await login('twin')).status).toBe(401);
    expect((await login('twin', 'other')).status).toBe(401);
    expect(bench.logLines()).toContainEqual(
      expect.objectContaining({ level: 50, event: 'login_name_ambiguous', user_ids: ids })
    );
  });

  it('takes names exactly, whatever the collation calls equal (A17, J121-J124)', async () => {
    await bench.addUser({ login_name: 'Zoé😀' });
    expect((await login('Zoé😀')).status).toBe(200);
    const others = ['zoé😀', 'ZOÉ😀', 'Zoe😀', 'Zoé😁', 'Zoé😀 ', ' Zoé😀', 'Zoe\u0301😀', 'Ｚoé😀', 'Zoé\u200b😀'];
    for (const name of others) {
      expect((await login(name)).status, name).toBe(401);
    }
    await bench.addUser({ login_name: 'ZOÉ😀', password_hash: sha256('capital') });
    expect((await login('Zoé😀')).status).toBe(200);
    expect((await login('ZOÉ😀', 'capital')).status).toBe(200);
    expect((await login('ZOÉ😀')).status).toBe(401);
  });

  it('treats SQL as text', async () => {
    const names = ["' OR 1=1 -- ", "\\' OR 1=1 -- ", 'admin\u0000', '%', "admin'/*", '\ufffd', 'a\r\nb'];
    for (const name of names) {
      expect((await login(name)).status, name).toBe(401);
      expect((await login('admin', name)).status, name).toBe(401);
    }
  });

  it.each([false, true])(
    'takes as long for unknown, wrong and disabled, with argon2id: %s (A2, A3)',
    async (rehash) => {
      const app = createApp({ ...bench.dependencies, passwords: createPasswordChecks(rehash) });
      const attempts = {
        unknown: ['nobody', 'wrong'],
        wrong: ['admin', 'wrong'],
        disabled: ['disabled', testPassword],
      };
      const times = new Map<string, number[]>(Object.keys(attempts).map((kind) => [kind, []]));
      for (let tries = 0; tries < 200; tries += 1) {
        for (const [kind, [login_name, password]] of Object.entries(attempts)) {
          const start = performance.now();
          const { status } = await postLogin(app, { login_name, password });
          times.get(kind)?.push(performance.now() - start);
          expect(status).toBe(401);
        }
      }
      const medians = [...times.values()].map((values) => values.sort((a, b) => a - b)[100] ?? NaN);
      expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(5);
    },
    60_000
  );
});

describe('POST /login', () => {
  let bench: ProxyBench;
  let withoutDatabase: ProxyBench;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite');
    await bench.addUser({ login_name: 'admin' });
    withoutDatabase = await openProxyBench('sqlite');
    await withoutDatabase.close();
  });
  afterAll(() => bench.close());

  it.each([
    ['no login', { password: 'x' }],
    ['no password', { login_name: 'admin' }],
    ['empty login', { login_name: '', password: 'x' }],
    ['empty password', { login_name: 'admin', password: '' }],
    ['null', { login_name: null, password: null }],
    ['number 0 as login', { login_name: 0, password: testPassword }],
    ['number as password', { login_name: 'admin', password: 0 }],
    ['boolean', { login_name: true, password: true }],
    ['array', { login_name: ['admin'], password: [testPassword] }],
    ['object as password', { login_name: 'admin', password: { password: 1 } }],
    ['object as login', { login_name: { login_name: 1 }, password: testPassword }],
    ['login of 65 characters', { login_name: 'x'.repeat(65), password: 'x' }],
    ['password of 1025 bytes', { login_name: 'admin', password: `${'é'.repeat(512)}x` }],
    ['lone surrogate in the login', '{"login_name":"\\ud800","password":"x"}'],
    ['lone surrogate in the password', '{"login_name":"admin","password":"\\udc00x"}'],
    ['unknown key', { login_name: 'admin', password: 'x', user_type: 1 }],
    ['another client', { login_name: 'admin', password: 'x', client: 'other' }],
    ['an array as body', [{ login_name: 'admin' }]],
    ['a string as body', '"admin"'],
    ['null as body', 'null'],
    ['no JSON', '{"login_name":'],
    ['an empty body', ''],
    ['a key twice', '{"login_name":"admin","password":"x","password":"y"}'],
    ['a key twice, once escaped', '{"login_name":"admin","password":"x","p\\u0061ssword":"y"}'],
    ['__proto__', '{"login_name":"admin","password":"x","__proto__":{"user_type":1}}'],
    ['constructor', '{"login_name":"admin","password":"x","constructor":{"prototype":{"user_type":1}}}'],
    ['deep nesting', `{"login_name":"admin","password":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ])('answers 400 to %s, without a look at the database (A9, A10, A24, A25, J125)', async (_, body) => {
    const response = await postLogin(withoutDatabase.app, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request' } });
    expect(response.headers.get('Cache-Control')).toBe('no-store');
  });

  it('asks the database about everything else', async () => {
    const response = await postLogin(withoutDatabase.app, { login_name: 'admin', password: 'x' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: {
        code: 'internal',
        message: 'Something went wrong: the log has the particulars',
        request_id: anyRequestId,
      },
    });
  });

  it('names the field and what is allowed', async () => {
    const response = await postLogin(bench.app, { login_name: 0, password: '' });
    expect(await response.json()).toEqual({
      error: {
        code: 'invalid_request',
        message: 'login_name: must be text; password: must have 1 to 1024 bytes',
        request_id: anyRequestId,
      },
    });
  });

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/json; charset=latin1',
    'application/json, text/plain',
    '',
  ])('answers 415 to a body of type "%s" (A23)', async (type) => {
    const response = await bench.app.request('/api/v1/login', {
      method: 'POST',
      headers: type === '' ? {} : { 'Content-Type': type },
      body: JSON.stringify({ login_name: 'admin', password: testPassword }),
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_media_type' } });
  });

  it('answers 405 with Allow to GET at /api/v1: at /admin it is for browsers (A26)', async () => {
    const response = await bench.app.request('/api/v1/login');
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  it('answers 400 to credentials in the address, and never logs them (A26)', async () => {
    const response = await postLogin(
      bench.app,
      { login_name: 'admin', password: testPassword },
      '/api/v1/login?login_name=admin&password=s3cret-in-address'
    );
    expect(response.status).toBe(400);
    expect(JSON.stringify(bench.logLines())).not.toContain('s3cret-in-address');
  });

  it('logs one line per request and nothing that was typed (A27)', async () => {
    const before = bench.logLines().length;
    await postLogin(bench.app, { login_name: 'a\r\n{"event":"forged"}', password: 'typed-password' });
    const lines = bench.logLines().slice(before);
    expect(lines.map(({ event }) => event)).toEqual(['sign_in_refused', 'request']);
    expect(JSON.stringify(lines)).not.toMatch(/forged|typed-password/);
  });

  it('gives a new session at every sign-in, and stores no more than its hash (C52, C53)', async () => {
    const tokens = [await bench.signIn('admin'), await bench.signIn('admin')];
    const ids = tokens.map((token) => {
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
      return claims.sid;
    });
    expect(new Set(ids).size).toBe(2);
    expect(ids.map((id) => Buffer.from(id, 'base64url').length)).toEqual([32, 32]);
    const rows = await bench.dependencies.stateDatabase.kysely.selectFrom('aitoys_sessions').selectAll().execute();
    const stored = JSON.stringify(rows);
    for (const id of ids) {
      expect(stored).toContain(sha256(id));
      expect(stored).not.toContain(id);
    }
  });
});
