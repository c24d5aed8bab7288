import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../support/browser.ts';
import {
  authorizationUrl,
  type LoginForm,
  type OidcBench,
  openLoginForm,
  openOidcBench,
  publicUrl,
} from '../support/grafana-client.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { readSamples } from '../support/samples.ts';
import { testPassword } from '../support/proxy-bench.ts';

let bench: OidcBench;
let ann: string;

beforeAll(async () => {
  bench = await openOidcBench('sqlite', { USER_SIGN_IN_ATTEMPTS_PER_15_MINUTES: '10' });
  ann = await bench.addUser({ login_name: 'ann' });
  await bench.addUser({ login_name: 'normal', user_type: 0 });
  await bench.addUser({ login_name: 'disabled', status: 0 });
  await bench.addUser({ login_name: 'deleted', status: 2 });
});
afterAll(() => bench.close());

interface Sent {
  response: Response;
  text: string;
  browser: Browser;
  form: LoginForm;
}

/** Opens the form in a browser of its own and sends it. */
async function send(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Sent> {
  const browser = bench.browser();
  const form = await openLoginForm(browser);
  const response = await browser.post(form.url, { form_token: form.formToken, ...fields }, headers);
  return { response, text: await response.clone().text(), browser, form };
}

const attempt = (login_name: string, password = testPassword) => send({ login_name, password });

describe('GET /oidc/login/:uid', () => {
  it('is a form for people, which runs nothing of others and sends no address on', async () => {
    const browser = bench.browser();
    const { url, text } = await openLoginForm(browser);
    const response = await browser.get(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=UTF-8',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'content-language': 'en',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; script-src 'self'; " +
        "form-action 'self' https://metrics.example:8443; frame-ancestors 'none'",
    });
    expect(text).toMatch(/<label for="login_name">Login name<\/label>\s*<input\s+id="login_name"/);
    expect(text).toMatch(/<label for="password">Password<\/label>\s*<input\s+id="password"/);
    expect(text).toContain('autocomplete="current-password"');
    expect(text).not.toContain('<script');
  });

  it('is in Chinese for who reads that', async () => {
    const browser = bench.browser();
    const { url } = await openLoginForm(browser);
    const text = await (await browser.get(url, { 'Accept-Language': 'zh-TW,zh;q=0.9,en;q=0.8' })).text();
    expect(text).toContain('<html lang="zh-CN">');
    expect(text).toContain('登录名');
  });

  it('has cookies that scripts and other sites do not get', async () => {
    const response = await bench.browser().get(authorizationUrl());
    const cookies = response.headers.getSetCookie();
    expect(cookies).toHaveLength(4);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; path=\/oidc/);
      expect(cookie).toMatch(/; secure; httponly/);
      expect(cookie).toMatch(/; samesite=lax/);
    }
  });

  it('says what to do where there is no such sign-in in this browser', async () => {
    const { url } = await openLoginForm(bench.browser());
    const response = await bench.browser().get(url);
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain('<h1>This sign-in is over</h1>');
    expect(text).toContain('<a href="/admin/login">Sign in</a>');
    const another = bench.browser();
    await openLoginForm(another);
    expect((await another.get(`${publicUrl}/oidc/login/AAAAAAAAAAAAAAAAAAAAA`)).status).toBe(400);
  });
});

describe('GET /oidc/auth/:uid', () => {
  it('says what to do where there is no such sign-in in this browser', async () => {
    const { response } = await attempt('ann');
    const next = response.headers.get('Location') ?? '';
    const elsewhere = await bench.browser().get(next);
    expect([elsewhere.status, await elsewhere.text()]).toEqual([
      400,
      expect.stringContaining('<h1>This sign-in is over</h1>'),
    ]);
  });
});

describe('POST /oidc/login/:uid', () => {
  it('leads on to Grafana', async () => {
    const { response } = await attempt('ann');
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toMatch(/^https:\/\/metrics\.example:8443\/oidc\/auth\/[\w-]+$/);
    expect(
      bench
        .logLines()
        .filter(({ event }) => event === 'signed_in')
        .at(-1)
    ).toMatchObject({
      user_id: ann,
      kind: 'grafana',
    });
  });

  it.each([
    ['a wrong password', 'ann', 'wrong'],
    ['a name that nobody has', 'nobody', testPassword],
    ['a disabled account', 'disabled', testPassword],
    ['a deleted account', 'deleted', testPassword],
  ])('says the same for %s (A1, A2, A4, A5)', async (_what, login, password) => {
    const { response, text } = await attempt(login, password);
    expect(response.status).toBe(401);
    expect(response.headers.get('Location')).toBeNull();
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    expect(text).toMatch(/role="alert"[^>]*>\s*<strong>The login name or the password is wrong\.<\/strong>/);
    expect(text).toContain('aria-describedby="problem"');
    // The same page but for what was typed, and for the token of the form.
    const reference = await attempt('ann', 'wrong');
    const plain = (page: string, name: string) =>
      page.replace(/name="form_token" value="[^"]+"/, '').replace(`value="${name}"`, '');
    expect(plain(text, login)).toBe(plain(reference.text, 'ann'));
    expect(text).not.toContain(password === 'wrong' ? 'value="wrong"' : password);
  });

  it('says to somebody who is no system user why he is refused, and Grafana never hears of him (A7)', async () => {
    const { response, text, browser, form } = await attempt('normal');
    expect(response.status).toBe(403);
    expect(text).toContain('This account may not see AI Metrics.');
    // He may go on with another account.
    const formToken = /name="form_token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const again = await browser.post(form.url, { form_token: formToken, login_name: 'ann', password: testPassword });
    expect(again.status).toBe(303);
  });

  it('shows the name that was typed again, as text', async () => {
    const { text } = await attempt('"><script>alert(1)</script>');
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  it.each([
    ['no password', { login_name: 'ann', password: '' }, 400],
    ['no name', { password: testPassword }, 400],
    ['a name that is too long', { login_name: 'x'.repeat(65), password: testPassword }, 400],
    ['a password that is too long', { login_name: 'ann', password: 'x'.repeat(1025) }, 400],
    ['a field that is none', { login_name: 'ann', password: testPassword, client: 'grafana' }, 400],
  ])('refuses a form with %s (A9, A10)', async (_what, fields: Record<string, string>, status) => {
    const { response, text } = await send(fields);
    expect(response.status).toBe(status);
    expect(text).toContain('Enter your login name and your password.');
  });

  it.each([
    ['another origin', { Origin: 'https://evil.example' }, 403],
    ['an origin that is hidden', { Origin: 'null' }, 403],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a neighbour', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['text', { 'Content-Type': 'text/plain' }, 415],
    ['JSON', { 'Content-Type': 'application/json' }, 415],
    ['parts', { 'Content-Type': 'multipart/form-data; boundary=x' }, 415],
    ['no type', { 'Content-Type': '' }, 415],
    ['compressed text', { 'Content-Encoding': 'gzip' }, 415],
  ])('takes no form as or from %s (G93)', async (_what, headers: Record<string, string>, status) => {
    const { response } = await send({ login_name: 'ann', password: testPassword }, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('Location')).toBeNull();
  });

  it('takes no form without its token, or with that of another sign-in (G93)', async () => {
    const other = await openLoginForm(bench.browser());
    const fields = { login_name: 'ann', password: testPassword };
    for (const form_token of ['', 'x', other.formToken]) {
      const { response } = await send({ ...fields, form_token });
      expect(response.status).toBe(400);
    }
    const browser = bench.browser();
    const { url, formToken } = await openLoginForm(browser);
    // The right token, without the cookie.
    expect((await bench.browser().post(url, { ...fields, form_token: formToken })).status).toBe(400);
  });

  it('takes no field twice, and no body that is too large', async () => {
    const browser = bench.browser();
    const { url, formToken } = await openLoginForm(browser);
    const body = `form_token=${formToken}&login_name=ann&login_name=bob&password=x`;
    const raw = (text: string) =>
      fetch(bench.reroute(new URL(url)), {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: publicUrl },
        body: text,
      });
    expect((await raw(body)).status).toBe(400);
    expect((await raw(`login_name=${'x'.repeat(300_000)}`)).status).toBe(413);
  });

  it('can be sent once: the code is for the first one only', async () => {
    const { browser, form } = await attempt('ann');
    const fields = { form_token: form.formToken, login_name: 'ann', password: testPassword };
    await browser.get((await browser.post(form.url, fields)).headers.get('Location') ?? '');
    expect((await browser.post(form.url, fields)).status).toBe(400);
  });

  it('counts attempts with those of the API, and says how long it lasts (A15, A17)', async () => {
    const { browser, form } = await attempt('Bert', 'wrong');
    const guess = (login_name: string) =>
      browser.post(form.url, { form_token: form.formToken, login_name, password: 'wrong' });
    for (let count = 2; count <= 10; count += 1) {
      expect((await guess(count % 2 === 0 ? 'BERT' : 'bert ')).status).toBe(401);
    }
    const limited = await guess('bert');
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(800);
    expect(await limited.text()).toContain('The next one is possible in 15 min.');
    const { status } = await fetch(`${bench.listening.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login_name: 'bert', password: 'wrong' }),
    });
    expect(status).toBe(429);
  });

  it('is counted among the attempts to sign in', async () => {
    const count = async () =>
      (await readSamples(bench.dependencies.telemetry)).get('aitoys_sign_ins_total{outcome="signed_in"}');
    const before = await count();
    await attempt('ann');
    expect(await count()).toBe((before ?? 0) + 1);
  });
});

describe('GET /oidc/auth', () => {
  it('gives an address ten times as many login pages as attempts, and not without end', async () => {
    const few = await openOidcBench('sqlite', { ADDRESS_SIGN_IN_ATTEMPTS_PER_HOUR: '1' });
    const statuses: number[] = [];
    for (let count = 1; count <= 12; count += 1) {
      statuses.push((await few.browser().get(authorizationUrl())).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 303), 429, 429]);
    const limited = await few.browser().get(authorizationUrl());
    expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(3500);
    await few.close();
  });
});

describeOnEngines(
  'sign-in without tables',
  (engine) => {
    let bench: OidcBench;

    beforeAll(async () => {
      bench = await openOidcBench(engine);
      await bench.addUser({ login_name: 'ann' });
    });
    afterAll(() => bench.close());

    it('says while a table is away that it is no fault of the password', async () => {
      const { metricsDatabase } = bench.dependencies;
      const browser = bench.browser();
      const { url, formToken } = await openLoginForm(browser);
      await metricsDatabase.kysely.schema.alterTable('aitoys_sign_in_attempts').renameTo('elsewhere').execute();
      const response = await browser.post(url, { form_token: formToken, login_name: 'ann', password: testPassword });
      await metricsDatabase.kysely.schema.alterTable('elsewhere').renameTo('aitoys_sign_in_attempts').execute();
      expect(response.status).toBe(503);
      expect(response.headers.get('Retry-After')).toBe('5');
      expect(await response.text()).toContain('Nothing is wrong with your password: try again in a moment.');
    });

    it('is unavailable without the tables of sign-ins, and blames nobody (C57)', async () => {
      const { schema } = bench.dependencies.metricsDatabase.kysely;
      const browser = bench.browser();
      const { url } = await openLoginForm(browser);
      await schema.alterTable('aitoys_oidc_states').renameTo('elsewhere').execute();
      const answers = [
        await browser.get(url),
        await browser.get(authorizationUrl()),
        await fetch(`${bench.listening.url}/oidc/me`, { headers: { Authorization: 'Bearer abc' } }),
      ];
      await schema.alterTable('elsewhere').renameTo('aitoys_oidc_states').execute();
      for (const response of answers) {
        expect(response.status).toBe(503);
        expect(response.headers.get('Retry-After')).toBe('5');
      }
      expect(await answers[2]?.json()).toEqual({
        error: 'temporarily_unavailable',
        error_description: 'try again in a few seconds',
      });
    });
  },
  ['mysql', 'mariadb']
);
