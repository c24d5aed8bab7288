import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchange, getCode, type OidcBench, openOidcBench, publicUrl } from '../support/grafana-client.ts';

let bench: OidcBench;
let ann: string;

beforeEach(async () => {
  bench = await openOidcBench('sqlite');
  ann = await bench.addUser({ login_name: 'ann' });
});
afterEach(() => bench.close());

const endUrl = (changes: Record<string, string> = {}) =>
  `${publicUrl}/oidc/session/end?${String(
    new URLSearchParams({
      client_id: 'grafana',
      post_logout_redirect_uri: `${publicUrl}/oidc/signed-out`,
      ...changes,
    })
  )}`;
const xsrfOf = (text: string) => /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';

async function signIn() {
  const browser = bench.browser();
  const tokens = (await (await exchange(bench, await getCode(browser, 'ann'))).json()) as Record<string, string>;
  return { browser, idToken: tokens['id_token'] ?? '', accessToken: tokens['access_token'] ?? '' };
}

const me = (token: string) =>
  fetch(`${bench.listening.url}/oidc/me`, { headers: { Authorization: `Bearer ${token}` } });

describe('GET /oidc/session/end', () => {
  it('ends a sign-in with all that came of it, on a page that says so', async () => {
    const { browser, idToken, accessToken } = await signIn();
    const page = await browser.get(endUrl({ id_token_hint: idToken }));
    expect(page.status).toBe(200);
    const text = await page.text();
    // By itself with scripts, by its button without.
    expect(text).toMatch(/<script src="\/admin\/static\/submit\.[0-9a-f]{16}\.js" defer><\/script>/);
    expect(text).toMatch(/<button type="submit" form="op.logoutForm">Sign out<\/button>/);
    const confirmed = await browser.post(`${publicUrl}/oidc/session/end/confirm`, {
      xsrf: xsrfOf(text),
      logout: 'yes',
    });
    expect(confirmed.status).toBe(303);
    expect(confirmed.headers.get('Location')).toBe(`${publicUrl}/oidc/signed-out`);
    expect(await (await browser.get(`${publicUrl}/oidc/signed-out`)).text()).toContain('You are signed out');
    expect((await me(accessToken)).status).toBe(401);
    expect(browser.cookies()).not.toContain('aitoys_session');
    expect(bench.logLines().filter(({ event }) => event === 'signed_out')).toEqual([
      expect.objectContaining({ user_id: ann, client: '127.0.0.1', request_id: expect.any(String) as string }),
    ]);
  });

  it('asks first where Grafana did not ask for it', async () => {
    const { browser } = await signIn();
    const text = await (await browser.get(endUrl())).text();
    expect(text).toContain('Sign out?');
    expect(text).not.toContain('<script');
  });

  it('leads nowhere else', async () => {
    const { browser, idToken } = await signIn();
    for (const uri of ['https://evil.example/', `${publicUrl}/oidc/signed-out/`, `${publicUrl}/admin/`]) {
      const response = await browser.get(endUrl({ id_token_hint: idToken, post_logout_redirect_uri: uri }));
      expect(response.status).toBe(400);
      expect(response.headers.get('Location')).toBeNull();
    }
  });

  it('is not done by a form of another page', async () => {
    const { browser, idToken, accessToken } = await signIn();
    await browser.get(endUrl({ id_token_hint: idToken }));
    for (const xsrf of ['', 'x']) {
      const response = await browser.post(`${publicUrl}/oidc/session/end/confirm`, { xsrf, logout: 'yes' });
      expect(response.status).toBe(400);
    }
    expect((await me(accessToken)).status).toBe(200);
  });

  it('refuses an ID token that is none of this proxy', async () => {
    const { browser, idToken } = await signIn();
    const changed = idToken.replace(/\.(.)(?=[^.]*$)/, (_match, first) => (first === 'A' ? '.B' : '.A'));
    for (const hint of [changed, 'a.b.c', 'x']) {
      expect((await browser.get(endUrl({ id_token_hint: hint }))).status).toBe(400);
    }
  });

  it('says at once that nobody is signed in in this browser, and keeps nothing for it', async () => {
    const { idToken } = await signIn();
    const { kysely } = bench.dependencies.stateDatabase;
    const count = async () => (await kysely.selectFrom('aitoys_oidc_states').select('id_hash').execute()).length;
    const before = await count();
    const response = await bench.browser().get(endUrl({ id_token_hint: idToken }));
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/oidc/signed-out']);
    expect(await count()).toBe(before);
  });
});

describe('GET /oidc/signed-out', () => {
  it('is there for everyone, and leads back to sign-in', async () => {
    const response = await bench.browser().get(`${publicUrl}/oidc/signed-out`, { 'Accept-Language': 'zh' });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('您已退出登录');
    expect(text).toContain('href="/admin/login"');
  });
});
