import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import {
  authorizationUrl,
  clientSecret,
  exchange,
  getCode,
  type OidcBench,
  openOidcBench,
  publicUrl,
  redirectUri,
  verifier,
} from '../support/grafana-client.ts';
import { listen } from '../support/listen.ts';

const basic = (id: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

describeOnEngines('OpenID Connect', (engine) => {
  let bench: OidcBench;

  beforeAll(async () => {
    bench = await openOidcBench(engine);
    await bench.addUser({ login_name: 'ann' });
  });
  afterAll(() => bench.close());

  const json = async (response: Response) => ({ status: response.status, ...((await response.json()) as object) });
  const newCode = () => getCode(bench.browser(), 'ann');

  it('says where everything is by PUBLIC_URL, whatever the server is called (G88, G91)', async () => {
    const headers = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http' };
    const response = await fetch(`${bench.listening.url}/oidc/.well-known/openid-configuration`, { headers });
    const configuration = (await response.json()) as Record<string, unknown>;
    expect(configuration).toMatchObject({
      issuer: `${publicUrl}/oidc`,
      authorization_endpoint: `${publicUrl}/oidc/auth`,
      token_endpoint: `${publicUrl}/oidc/token`,
      userinfo_endpoint: `${publicUrl}/oidc/me`,
      jwks_uri: `${publicUrl}/oidc/jwks`,
      end_session_endpoint: `${publicUrl}/oidc/session/end`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic']) as string[],
      scopes_supported: ['openid', 'profile', 'email'],
    });
    expect(JSON.stringify(configuration)).not.toContain('evil');
  });

  it('answers HEAD without a body', async () => {
    const response = await fetch(`${bench.listening.url}/oidc/jwks`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toMatch(/^application\/jwk-set\+json/);
    expect(await response.text()).toBe('');
    expect(bench.logLines().at(-1)).toMatchObject({
      event: 'request',
      method: 'HEAD',
      path: '/oidc/jwks',
      status: 200,
    });
  });

  it('tells Grafana to keep no keys, which may be others after a restart of the demo', async () => {
    const response = await fetch(`${bench.listening.url}/oidc/jwks`);
    expect(response.headers.get('Cache-Control')).toBe('no-store, max-age=0');
  });

  it('publishes keys without their private parts', async () => {
    const { keys } = (await (await fetch(`${bench.listening.url}/oidc/jwks`)).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });

  it.each([
    ['a slash at its end', `${redirectUri}/`],
    ['capitals', redirectUri.replace('generic_oauth', 'Generic_OAuth')],
    ['another host', redirectUri.replace('metrics.example', 'evil.example')],
    ['a host without an origin', '//evil.example/grafana/login/generic_oauth'],
    ['a user before the host', redirectUri.replace('https://', 'https://metrics.example@evil.example/')],
    ['a fragment', `${redirectUri}#a`],
    ['a query', `${redirectUri}?a=b`],
    ['another scheme', redirectUri.replace('https', 'http')],
    ['dots', redirectUri.replace('/login/', '/x/../login/')],
    ['none', undefined],
  ])('leads nobody to a redirect_uri with %s (D60)', async (_what, redirect_uri) => {
    const response = await bench.browser().get(authorizationUrl({ redirect_uri }));
    expect(response.status).toBe(400);
    expect(response.headers.get('Location')).toBeNull();
    expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(await response.text()).toMatch(redirect_uri === undefined ? /redirect_uri/ : /invalid_redirect_uri/);
  });

  it.each([
    ['an unknown client', { client_id: 'another' }, 400],
    ['no client', { client_id: undefined }, 400],
  ])('leads nobody on for %s', async (_what, changes, status) => {
    const response = await bench.browser().get(authorizationUrl(changes));
    expect(response.status).toBe(status);
    expect(response.headers.get('Location')).toBeNull();
  });

  it.each([
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge: verifier, code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without its method, which is plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is none', { code_challenge: 'short' }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['a hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['a request without questions', { prompt: 'none' }, 'login_required'],
  ])('tells Grafana what is wrong with %s (D62)', async (_what, changes, error) => {
    const response = await bench.browser().get(authorizationUrl(changes));
    const location = new URL(response.headers.get('Location') ?? '', publicUrl);
    const fields = new URLSearchParams(location.search || location.hash.slice(1));
    expect(location.origin + location.pathname).toBe(redirectUri);
    expect(fields.get('error')).toBe(error);
    expect(fields.get('state')).toBe('a-state');
    expect(fields.has('code')).toBe(false);
  });

  it('takes a sign-in without state and nonce, which Grafana has by PKCE and its cookie (D64)', async () => {
    expect((await bench.browser().get(authorizationUrl({ state: undefined }))).status).toBe(303);
  });

  it.each([
    ['no verifier', { code_verifier: undefined }],
    ['another verifier', { code_verifier: verifier.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x')) }],
    ['the challenge as the verifier', { code_verifier: 'x'.repeat(43) }],
    ['another redirect_uri', { redirect_uri: `${redirectUri}x` }],
    ['a code that is none', { code: 'x'.repeat(43) }],
  ])('gives nothing for a code with %s (D62)', async (_what, changes) => {
    const response = await exchange(bench, await newCode(), changes);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await json(response)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('needs the secret of the client, in one place (D63)', async () => {
    const wrong = [
      await exchange(bench, await newCode(), {}, basic('grafana', `${clientSecret}x`)),
      await exchange(bench, await newCode(), {}, basic('another', clientSecret)),
      await exchange(bench, await newCode(), { client_id: 'grafana' }, { Authorization: '' }),
      await exchange(bench, await newCode(), { client_id: 'grafana', client_secret: clientSecret }),
    ];
    for (const response of wrong) {
      const { status, error } = (await json(response)) as { status: number; error?: string };
      expect([400, 401]).toContain(status);
      expect(['invalid_client', 'invalid_request']).toContain(error);
    }
  });

  it('gives tokens for a code once, and takes them back when it comes again (D61)', async () => {
    const code = await newCode();
    const first = (await (await exchange(bench, code)).json()) as { access_token: string };
    const me = () =>
      fetch(`${bench.listening.url}/oidc/me`, { headers: { Authorization: `Bearer ${first.access_token}` } });
    expect((await me()).status).toBe(200);
    expect(await json(await exchange(bench, code))).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await me()).status).toBe(401);
    expect(
      bench
        .logLines()
        .filter(({ event }) => event === 'oidc_refused')
        .at(-1)
    ).toMatchObject({
      reason: 'invalid_token',
    });
  });

  it('gives tokens for a code to one of many requests at two proxies (D61)', async () => {
    const second = await listen(bench.secondProxy());
    try {
      for (let round = 0; round < 5; round += 1) {
        const code = await newCode();
        const answers = await Promise.all(
          Array.from({ length: 10 }, (_, index) => exchange(index % 2 === 0 ? bench : { listening: second }, code))
        );
        const outcomes = await Promise.all(answers.map(json));
        expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1);
        expect(outcomes.filter(({ status }) => status === 400)).toHaveLength(9);
      }
    } finally {
      await second.close();
    }
  });

  it('goes on at another proxy', async () => {
    const second = await listen(bench.secondProxy());
    try {
      expect((await exchange({ listening: second }, await newCode())).status).toBe(200);
    } finally {
      await second.close();
    }
  });

  it('gives nothing for a code of somebody who was disabled meanwhile', async () => {
    const bob = await bench.addUser({ login_name: 'bob' });
    const code = await getCode(bench.browser(), 'bob');
    await setStatus(bob, 0);
    expect(await json(await exchange(bench, code))).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('says nothing more about somebody who was disabled', async () => {
    const carl = await bench.addUser({ login_name: 'carl' });
    const tokens = (await (await exchange(bench, await getCode(bench.browser(), 'carl'))).json()) as {
      access_token: string;
    };
    await setStatus(carl, 0);
    const response = await fetch(`${bench.listening.url}/oidc/me`, {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
  });

  it('takes an access token of the API for nothing, nor one of its own there (B41)', async () => {
    const api = await bench.signIn('ann');
    const me = await fetch(`${bench.listening.url}/oidc/me`, { headers: { Authorization: `Bearer ${api}` } });
    expect(me.status).toBe(401);
    const { access_token, id_token } = (await (await exchange(bench, await newCode())).json()) as Record<
      string,
      string
    >;
    for (const token of [access_token, id_token]) {
      const response = await fetch(`${bench.listening.url}/api/v1/user/info`, {
        headers: { Authorization: `Bearer ${token ?? ''}` },
      });
      expect(response.status).toBe(401);
    }
  });

  it('allows no other origin anything (G92)', async () => {
    const paths = ['/.well-known/openid-configuration', '/jwks', '/me', '/token'];
    for (const path of paths) {
      for (const origin of ['https://evil.example', 'null', 'https://metrics.example:8443']) {
        const method = path === '/token' ? 'POST' : 'GET';
        const response = await fetch(`${bench.listening.url}/oidc${path}`, { method, headers: { Origin: origin } });
        expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
      const preflight = await fetch(`${bench.listening.url}/oidc${path}`, { method: 'OPTIONS' });
      expect(preflight.status).toBe(405);
    }
  });

  it('keeps no secret in its tables in readable form', async () => {
    const code = await newCode();
    const { access_token } = (await (await exchange(bench, code)).json()) as { access_token: string };
    const { kysely } = bench.dependencies.stateDatabase;
    const rows = [
      ...(await kysely.selectFrom('aitoys_oidc_states').selectAll().execute()),
      ...(await kysely.selectFrom('aitoys_oidc_keys').selectAll().execute()),
    ];
    const text = JSON.stringify(rows);
    expect(rows.length).toBeGreaterThan(5);
    const secrets = [code, access_token, 'grafana', '"kty"', 'accountId', clientSecret];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('limits what it reads (H98, H99)', async () => {
    const response = await exchange(bench, 'x'.repeat(100_000));
    expect(await json(response)).toMatchObject({ status: 400, error: 'invalid_request' });
  });

  async function setStatus(id: string, status: number): Promise<void> {
    await bench.dependencies.metricsDatabase.kysely.updateTable('users').set({ status }).where('id', '=', id).execute();
  }
});

describe('without OIDC_CLIENT_SECRET', () => {
  it('there is none of it', async () => {
    const bench = await openOidcBench('sqlite', { OIDC_CLIENT_SECRET: '' });
    expect((await bench.browser().get(authorizationUrl())).status).toBe(404);
    await bench.close();
  });
});
