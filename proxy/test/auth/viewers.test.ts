import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createViewers, type Viewers } from '../../src/auth/viewers.ts';
import { ApiError } from '../../src/errors.ts';
import { type GrafanaTokens, startGrafanaTokens } from '../support/grafana-tokens.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';

const signIn =
  'Ask as a signed-in user: sign in to Grafana with your AI Toys account. ' +
  "Grafana's own accounts, service accounts and public dashboards see nothing";

let bench: ProxyBench;
let grafana: GrafanaTokens;
let viewers: Viewers;
let ann: string;

beforeEach(async () => {
  bench = await openProxyBench('sqlite');
  grafana = await startGrafanaTokens(() => bench.dependencies.clock());
  viewers = viewersWith({});
  ann = await bench.addUser({ login_name: 'ann', user_name: 'Ann' });
});
afterEach(async () => {
  await grafana.close();
  await bench.close();
});

function viewersWith(settings: Partial<ProxyBench['dependencies']['config']>): Viewers {
  const config = {
    ...bench.dependencies.config,
    GRAFANA_ROOT_URL: grafana.rootUrl,
    OIDC_CLIENT_SECRET: 'x'.repeat(32),
    ...settings,
  };
  return createViewers({ ...bench.dependencies, config });
}

async function refusal(token: string | undefined): Promise<string> {
  try {
    await viewers.identify(token);
    return 'passes';
  } catch (error) {
    if (error instanceof ApiError) {
      return `${String(error.status)} ${error.message}`;
    }
    throw error;
  }
}

const seconds = () => Math.floor(bench.dependencies.clock() / 1000);
const setUser = (changes: Record<string, number | string>) =>
  bench.dependencies.metricsDatabase.kysely.updateTable('users').set(changes).where('id', '=', ann).execute();

describe('identify', () => {
  it('finds the system user of a token', async () => {
    const user = { id: ann, login_name: 'ann', user_name: 'Ann', user_type: 1, status: 1 };
    expect(await viewers.identify(await grafana.sign(ann))).toEqual(user);
    expect(await viewers.identify(await grafana.sign(ann, { aud: ['org:1'] }))).toEqual(user);
  });

  it('refuses who has none, or something else', async () => {
    for (const token of [undefined, '', 'eyJ', 'a.b.c', 'a.b.c.d.e', 'x'.repeat(9000)]) {
      expect(await refusal(token), String(token)).toBe(`403 ${signIn}`);
    }
  });

  it.each([
    ['the issuer without its slash', () => ({ iss: grafana.rootUrl.slice(0, -1) })],
    ['another issuer', () => ({ iss: 'https://grafana.example/' })],
    ['no issuer', () => ({ iss: undefined })],
    ['another organization', () => ({ aud: 'org:2', namespace: 'org-2' })],
    ['two audiences', () => ({ aud: ['org:1', 'org:2'] })],
    ['no audience', () => ({ aud: undefined })],
    ['the namespace of another organization', () => ({ namespace: 'org-2' })],
    ['no namespace', () => ({ namespace: undefined })],
    ['a service account', () => ({ type: 'service-account', sub: 'service-account:3' })],
    ['a service account that calls itself a user', () => ({ sub: 'service-account:3' })],
    ['anonymous', () => ({ type: 'anonymous', sub: 'anonymous:0' })],
    ['the renderer', () => ({ type: 'render-service', sub: 'render-service:0' })],
    ['an API key', () => ({ type: 'api-key', sub: 'api-key:1' })],
    ["Grafana's own password", () => ({ authenticatedBy: 'password' })],
    ['another sign-in', () => ({ authenticatedBy: 'oauth_github' })],
    ['no sign-in', () => ({ authenticatedBy: undefined })],
    ["Grafana's own account", () => ({ username: 'admin' })],
    ['the scheduler', () => ({ username: 'grafana_scheduler' })],
    ['a name that only begins alike', () => ({ username: 'aitoys-1x' })],
    ['a line after it', () => ({ username: 'aitoys-1\n' })],
    ['no name', () => ({ username: undefined })],
    ['the end of its time', () => ({ exp: seconds() - 6 })],
    ['a time to come', () => ({ nbf: seconds() + 6 })],
    ['no end', () => ({ exp: undefined })],
    ['an end that is text', () => ({ exp: String(seconds() + 600) })],
    ['no beginning', () => ({ iat: undefined })],
  ] as [string, () => JWTPayload][])('refuses %s (D65, D68, D69)', async (_what, claims) => {
    expect(await refusal(await grafana.sign(ann, claims()))).toBe(`403 ${signIn}`);
  });

  it('allows clocks 5 s apart', async () => {
    expect(await refusal(await grafana.sign(ann, { exp: seconds() - 4, nbf: seconds() + 4 }))).toBe('passes');
  });

  it('takes the organizations of GRAFANA_ORG_IDS', async () => {
    viewers = viewersWith({ GRAFANA_ORG_IDS: ['2', '3'] });
    expect(await refusal(await grafana.sign(ann, { aud: 'org:3', namespace: 'org-3' }))).toBe('passes');
    expect(await refusal(await grafana.sign(ann))).toBe(`403 ${signIn}`);
  });

  it('refuses what Grafana did not sign (B28 to B33, D65)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const claims = JSON.parse(
      Buffer.from((await grafana.sign(ann)).split('.')[1] ?? '', 'base64url').toString()
    ) as JWTPayload;
    const header = { alg: 'ES256', kid: 'id-2026-06', typ: 'jwt' };
    const forged = [
      await new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
      await new SignJWT(claims).setProtectedHeader({ ...header, jwk: await exportJWK(publicKey) }).sign(privateKey),
      await new SignJWT(claims).setProtectedHeader({ ...header, kid: 'another' }).sign(privateKey),
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: header.kid })
        .sign(new TextEncoder().encode('x'.repeat(32))),
      new UnsecuredJWT(claims).encode(),
      (await grafana.sign(ann)).replace(/\.(.)(?=[^.]*$)/, (_match, first) => (first === 'A' ? '.B' : '.A')),
    ];
    for (const token of forged) {
      expect(await refusal(token), token).toBe(`403 ${signIn}`);
    }
  });

  it.each(['GRAFANA_ROOT_URL', 'OIDC_CLIENT_SECRET'] as const)('refuses without %s, and says so', async (name) => {
    viewers = viewersWith({ [name]: undefined });
    expect(await refusal(await grafana.sign(ann))).toBe(
      `403 This proxy can't check who is looking: its setting ${name} is not set`
    );
  });

  it('says what became of the account within a second (D47)', async () => {
    const token = await grafana.sign(ann);
    expect(await refusal(token)).toBe('passes');
    await setUser({ status: 0 });
    expect(await refusal(token), 'kept for less than a second').toBe('passes');
    bench.advance(1000);
    expect(await refusal(token)).toBe('403 Your account is disabled: ask an administrator');
    await setUser({ status: 1, user_type: 0 });
    bench.advance(1000);
    expect(await refusal(token)).toBe('403 Your account is not a system user: ask an administrator');
    await setUser({ user_type: 1 });
    bench.advance(1000);
    expect(await refusal(token)).toBe('passes');
    expect(await refusal(await grafana.sign('4711'))).toBe('403 Your account is disabled: ask an administrator');
  });

  it('reads the keys once more when Grafana has a new one under the same id, for many at once', async () => {
    expect(await refusal(await grafana.sign(ann))).toBe('passes');
    expect(grafana.asked()).toBe(1);
    await grafana.rotate();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => grafana.sign(ann)));
    expect(new Set(await Promise.all(tokens.map(refusal)))).toEqual(new Set(['passes']));
    expect(grafana.asked()).toBe(2);
  });

  it('reads them once for any number of forgeries (B31)', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    for (let index = 0; index < 200; index += 1) {
      const kid = index % 2 === 0 ? 'id-2026-06' : `random-${String(index)}`;
      const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
      expect(await refusal(token)).toBe(`403 ${signIn}`);
    }
    expect(grafana.asked()).toBe(2);
  });

  it('is unavailable while Grafana does not give its keys, and blames nobody', async () => {
    grafana.answerWith(502);
    const text = '503 Grafana does not give the keys by which this proxy knows who is looking';
    expect(await refusal(await grafana.sign(ann))).toBe(text);
    await grafana.close();
    expect(await refusal(await grafana.sign(ann))).toBe(text);
    grafana = await startGrafanaTokens(() => bench.dependencies.clock());
  });
});
