import { createHmac, createSecretKey, generateKeyPairSync, hkdfSync } from 'node:crypto';
import { CompactEncrypt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProxyBench, type ProxyBench, testSecret } from '../support/proxy-bench.ts';
import { type Endpoint, init, protectedEndpoints } from './endpoints.ts';

const key = Buffer.from(hkdfSync('sha256', testSecret, '', 'ai-metrics access token HS256', 32));
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const header = { alg: 'HS256', typ: 'at+jwt' };
const year = 31_536_000;

function sign(head: unknown, claims: unknown, by: Buffer | string = key, hash = 'sha256'): string {
  const signed = `${encode(head)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, by).update(signed).digest('base64url')}`;
}

interface Claims {
  sub: string;
  sid: string;
  iat: number;
  exp: number;
}

type Forge = (claims: Claims, token: string) => string | Promise<string>;

const change =
  (changes: Record<string, unknown>): Forge =>
  (claims) =>
    sign(header, { ...claims, ...changes });
const changeHead =
  (changes: Record<string, unknown>): Forge =>
  (claims) =>
    sign({ ...header, ...changes }, claims);
const flip = (part: number, at: number): Forge => {
  return (_, token) => {
    const parts = token.split('.');
    const text = parts[part] ?? '';
    const place = at < 0 ? text.length + at : at;
    // Another first bit: the last ones of a part's last character may mean nothing.
    const flipped = text[place] === 'A' ? 'g' : 'A';
    parts[part] = text.slice(0, place) + flipped + text.slice(place + 1);
    return parts.join('.');
  };
};

const forgeries: [string, Forge][] = [
  ...['none', 'None', 'nOnE', 'NONE'].flatMap((alg): [string, Forge][] => [
    [`alg ${alg} without a signature (B28)`, (claims) => `${encode({ ...header, alg })}.${encode(claims)}.`],
    [`alg ${alg} with a signature (B28)`, changeHead({ alg })],
  ]),
  ['alg HS512 with our key (B30)', (claims) => sign({ ...header, alg: 'HS512' }, claims, key, 'sha512')],
  ['alg hs256 (B30)', changeHead({ alg: 'hs256' })],
  ['alg as a list (B30)', changeHead({ alg: ['HS256'] })],
  [
    'ES256 by a key of the caller (B30)',
    (claims) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  ],
  ['the secret itself as the key (B29)', (claims) => sign(header, claims, testSecret)],
  ['an empty key (B29)', (claims) => sign(header, claims, '')],
  ['an unknown kid (B31)', changeHead({ kid: '../../dev/null' })],
  ['jku (B32)', changeHead({ jku: 'http://127.0.0.1:9/keys' })],
  ['x5u (B32)', changeHead({ x5u: 'http://127.0.0.1:9/x5u' })],
  ['jwk (B32)', changeHead({ jwk: { kty: 'oct', k: encode('key') } })],
  ['x5c (B32)', changeHead({ x5c: ['AA=='] })],
  ['an unknown crit (B32)', changeHead({ crit: ['new'], new: true })],
  ['b64: false (B32)', changeHead({ crit: ['b64'], b64: false })],
  [
    'encryption (B33)',
    (_, token) =>
      new CompactEncrypt(Buffer.from(token))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(createSecretKey(key)),
  ],
  ['a token in a token (B33)', (_, token) => sign({ ...header, cty: 'JWT' }, token)],
  ['two segments (B34)', (_, token) => token.split('.').slice(0, 2).join('.')],
  ['four segments (B34)', (_, token) => `${token}.AA`],
  ['five segments (B34)', (_, token) => `${token}.AA.AA`],
  ['padding (B34)', (_, token) => `${token}=`],
  ['8 KiB more (B34)', (_, token) => token + 'A'.repeat(8192)],
  ['8 KiB of claims (B34)', change({ more: 'A'.repeat(8192) })],
  ['a header that is no JSON (B34)', (claims) => sign('{', claims)],
  ['claims that are no JSON (B34)', () => sign(header, '{')],
  ['claims that are null (B34)', () => sign(header, 'null')],
  ...([0, 1, 2] as const).flatMap((part) =>
    [0, 5, -2].map((at): [string, Forge] => [
      `another bit in part ${String(part)} at ${String(at)} (B35)`,
      flip(part, at),
    ])
  ),
  ['an exp of the past (B36)', (claims) => sign(header, { ...claims, exp: claims.iat - 1 })],
  [
    'an iat of the future (B37)',
    (claims) => sign(header, { ...claims, iat: claims.iat + year, exp: claims.exp + year }),
  ],
  ['an nbf of the future (B37)', (claims) => sign(header, { ...claims, nbf: claims.iat + year })],
  ['no exp (B38)', change({ exp: undefined })],
  ['an exp in text (B38)', (claims) => sign(header, { ...claims, exp: String(claims.exp) })],
  ['an infinite exp (B38)', (claims) => sign(header, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400'))],
  ['a negative exp (B38)', change({ exp: -1 })],
  ['an exp beyond 2^53 (B38)', change({ exp: 2 ** 60 })],
  ['no iss (B39)', change({ iss: undefined })],
  ['another iss (B39)', change({ iss: 'ai-metrics-proxy/' })],
  ['no aud (B40)', change({ aud: undefined })],
  ['another aud (B40)', change({ aud: 'grafana' })],
  ['a list as aud (B40)', change({ aud: ['ai-metrics-api', 'grafana'] })],
  ['typ JWT (B41)', changeHead({ typ: 'JWT' })],
  ['no typ (B41)', changeHead({ typ: undefined })],
  ['the typ of a cursor (B41)', changeHead({ typ: 'cursor' })],
  ['no sub (B42)', change({ sub: undefined })],
  ['a sub that is no id (B42)', change({ sub: 'admin' })],
  ['a number as sub (B42)', (claims) => sign(header, { ...claims, sub: Number(claims.sub) })],
  ['the sub of somebody else (B42)', change({ sub: '2' })],
  ['an unknown sid (B43)', change({ sid: 'A'.repeat(43) })],
  ['an sid with SQL (B43)', change({ sid: "' OR 1=1 -- ".padEnd(43, 'A') })],
  ['a list as sid (B43)', (claims) => sign(header, { ...claims, sid: [claims.sid] })],
  ['a claim more (B42)', change({ user_type: 1 })],
  [
    'the key of another environment (B45)',
    (claims) =>
      sign(header, claims, Buffer.from(hkdfSync('sha256', `${testSecret}.`, '', 'ai-metrics access token HS256', 32))),
  ],
];

describe('a token on every route behind sign-in', () => {
  let bench: ProxyBench;
  let guarded: Endpoint[];
  let token: string;
  let claims: Claims;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite');
    await bench.addUser({ login_name: 'admin' });
    await bench.addUser({ login_name: 'other' });
    token = await bench.signIn('admin');
    claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
    guarded = await protectedEndpoints(bench.app);
  });
  afterAll(() => bench.close());

  const ask = (endpoint: Endpoint, authorization: string) =>
    bench.app.request(endpoint.path, init(endpoint, { Authorization: authorization }));

  it('is taken where it is signed as the proxy does', async () => {
    expect(guarded.length).toBeGreaterThanOrEqual(14);
    for (const endpoint of guarded) {
      expect((await ask(endpoint, `Bearer ${sign(header, claims)}`)).status, endpoint.path).not.toBe(401);
    }
  });

  it.each(forgeries)('is a 401 with %s', async (_, forge) => {
    const forged = await forge(claims, token);
    expect(forged).not.toBe(token);
    // The answer about the session that was found a moment ago.
    bench.advance(2000);
    for (const endpoint of guarded) {
      const response = await ask(endpoint, `Bearer ${forged}`);
      expect(response.status, endpoint.path).toBe(401);
      expect(response.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
      expect(await response.json()).toEqual({
        error: {
          code: 'unauthenticated',
          message: 'Sign in: the session is missing, invalid or ended',
          request_id: response.headers.get('X-Request-Id'),
        },
      });
    }
  });

  it.each<[string, (token: string) => string]>([
    ['without a scheme', (good) => good],
    ['as Basic', (good) => `Basic ${Buffer.from(`admin:${good}`).toString('base64')}`],
    ['as a DPoP', (good) => `DPoP ${good}`],
    ['after two spaces', (good) => `Bearer  ${good}`],
    ['after a tab', (good) => `Bearer\t${good}`],
    ['twice', (good) => `Bearer ${good}, Bearer ${good}`],
    ['after another', (good) => `Basic YTpi, Bearer ${good}`],
    ['in quotes', (good) => `Bearer "${good}"`],
    ['as a parameter', (good) => `Bearer token=${good}`],
    ['with a comma', (good) => `Bearer ${good},`],
    ['percent-encoded', (good) => `Bearer ${good.replaceAll('.', '%2E')}`],
  ])('is a 401 when it comes %s (B46)', async (_, write) => {
    for (const endpoint of guarded) {
      expect((await ask(endpoint, write(token))).status, endpoint.path).toBe(401);
    }
  });

  it.each(['bearer', 'BEARER', 'bEaReR'])('is taken from the scheme %s (B46)', async (scheme) => {
    for (const endpoint of guarded) {
      expect((await ask(endpoint, `${scheme} ${token}`)).status, endpoint.path).not.toBe(401);
    }
  });
});
