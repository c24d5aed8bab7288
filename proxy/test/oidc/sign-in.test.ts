import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import {
  exchange,
  getCode,
  type OidcBench,
  openOidcBench,
  publicUrl,
  openLoginForm,
} from '../support/grafana-client.ts';
import { testPassword } from '../support/proxy-bench.ts';

let bench: OidcBench;

describeOnEngines('sign-in to Grafana', (engine) => {
  beforeEach(async () => {
    bench = await openOidcBench(engine);
  });
  afterEach(() => bench.close());

  it('leads over the login page to what Grafana is told of a person', async () => {
    const ann = await bench.addUser({ login_name: 'ann', user_name: 'Ann' });
    const browser = bench.browser();
    const code = await getCode(browser, 'ann');
    const response = await exchange(bench, code);
    expect(response.status).toBe(200);
    const tokens = (await response.json()) as { access_token: string; id_token: string };
    const keys = createRemoteJWKSet(new URL(`${bench.listening.url}/oidc/jwks`));
    const verified = await jwtVerify(tokens.id_token, keys, { issuer: `${publicUrl}/oidc`, audience: 'grafana' });
    expect(verified.payload).toMatchObject({ sub: ann });
    const me = await fetch(`${bench.listening.url}/oidc/me`, {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await me.json()).toEqual({
      sub: ann,
      preferred_username: `aitoys-${ann}`,
      email: `${ann}@users.aitoys.invalid`,
      name: 'Ann',
      grafana_role: 'Editor',
    });
    expect(browser.cookies().sort()).toEqual([
      'aitoys_session',
      'aitoys_session.sig',
      'aitoys_sign_in',
      'aitoys_sign_in.sig',
      'aitoys_signed_in',
    ]);
  });

  it('asks for the password each time', async () => {
    await bench.addUser({ login_name: 'ann' });
    const browser = bench.browser();
    await getCode(browser, 'ann');
    const { text } = await openLoginForm(browser);
    expect(text).toContain('Sign in');
    expect(await getCode(browser, 'ann', testPassword)).not.toBe('');
  });

  it('lets another person sign in at the same browser', async () => {
    const ann = await bench.addUser({ login_name: 'ann' });
    const bob = await bench.addUser({ login_name: 'bob' });
    const browser = bench.browser();
    const subject = async (login: string) => {
      const { id_token } = (await (await exchange(bench, await getCode(browser, login))).json()) as {
        id_token: string;
      };
      return decodeJwt(id_token).sub;
    };
    expect([await subject('ann'), await subject('bob'), await subject('ann')]).toEqual([ann, bob, ann]);
  });

  it('goes on in the browser only that the password was entered in', async () => {
    await bench.addUser({ login_name: 'ann' });
    const attacker = bench.browser();
    const { url, formToken } = await openLoginForm(attacker);
    // Somebody else who was made to use the attacker's cookies of this sign-in, and enters his password.
    const victim = bench.browser();
    victim.plant(attacker);
    const sent = await victim.post(url, { form_token: formToken, login_name: 'ann', password: testPassword });
    expect(sent.status).toBe(303);
    const resume = sent.headers.get('Location') ?? '';
    const stolen = await attacker.get(resume);
    expect(stolen.status).toBe(400);
    expect(stolen.headers.get('Location')).toBeNull();
    expect(await stolen.text()).toContain('This sign-in is over');
    expect((await victim.get(resume)).headers.get('Location')).toMatch(/\/login\/generic_oauth\?code=/);
  });
});
