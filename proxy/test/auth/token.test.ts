import { createHmac, createSecretKey, generateKeyPairSync, hkdfSync } from 'node:crypto';
import { CompactEncrypt, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../src/auth/token.ts';

const secret = 'the first secret of these tests, long';
const otherSecret = 'the other secret of these tests, long';
const tokens = createTokens([secret]);
const claims = { sub: '7', sid: 'A'.repeat(43), iat: 1_780_000_000, exp: 1_780_028_800 };
const header = { alg: 'HS256', typ: 'at+jwt' };
const payload = { iss: 'ai-metrics-proxy', aud: 'ai-metrics-api', ...claims };

const keyOf = (text: string) => Buffer.from(hkdfSync('sha256', text, '', 'ai-metrics access token HS256', 32));
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A token with the right signature for whatever it says. */
function forge(head: unknown, body: unknown, key = keyOf(secret), hash = 'sha256'): string {
  const signed = `${encode(head)}.${encode(body)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

describe('createTokens', () => {
  it('verifies what it signed', async () => {
    const token = await tokens.sign(claims);
    expect(await tokens.verify(token)).toEqual({ iss: 'ai-metrics-proxy', aud: 'ai-metrics-api', ...claims });
    expect(token).toBe(
      forge(header, { sid: claims.sid, iss: payload.iss, aud: payload.aud, sub: '7', iat: claims.iat, exp: claims.exp })
    );
  });

  it('signs with the first secret and verifies with all: rotation (B44)', async () => {
    const old = await tokens.sign(claims);
    const rotated = createTokens([otherSecret, secret]);
    expect(await rotated.verify(old)).toMatchObject(claims);
    expect(await tokens.verify(await rotated.sign(claims))).toBeNull();
    expect(await createTokens([otherSecret]).verify(old)).toBeNull();
  });

  it('needs a secret', () => {
    expect(() => createTokens([])).toThrow('at least one secret');
  });
});

describe('verify', () => {
  it('takes the token that the forgeries below are made from', async () => {
    expect(await tokens.verify(forge(header, payload))).toMatchObject(claims);
  });

  it.each(['none', 'None', 'nOnE'])('refuses alg %s (B28)', async (alg) => {
    const unsigned = `${encode({ ...header, alg })}.${encode(payload)}.`;
    expect(await tokens.verify(unsigned)).toBeNull();
    expect(await tokens.verify(`${unsigned}AA`)).toBeNull();
    expect(await tokens.verify(forge({ ...header, alg }, payload))).toBeNull();
  });

  it('refuses algorithms other than HS256, even with our key (B29, B30)', async () => {
    expect(await tokens.verify(forge({ ...header, alg: 'HS384' }, payload, keyOf(secret), 'sha384'))).toBeNull();
    expect(await tokens.verify(forge({ ...header, alg: 'HS512' }, payload, keyOf(secret), 'sha512'))).toBeNull();
    expect(await tokens.verify(forge({ ...header, alg: 'hs256' }, payload))).toBeNull();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const es256 = await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(privateKey);
    expect(await tokens.verify(es256)).toBeNull();
  });

  it('refuses the secret itself as the key, and keys of other purposes (B45)', async () => {
    expect(await tokens.verify(forge(header, payload, Buffer.from(secret)))).toBeNull();
    expect(await tokens.verify(forge(header, payload, Buffer.from(hkdfSync('sha256', secret, '', '', 32))))).toBeNull();
    expect(await tokens.verify(forge(header, payload, Buffer.alloc(0)))).toBeNull();
  });

  it.each([
    ['kid', { kid: '1' }],
    ['jku', { jku: 'https://evil.example/keys' }],
    ['x5u', { x5u: 'https://evil.example/x5u' }],
    ['jwk', { jwk: { kty: 'oct', k: 'AA' } }],
    ['x5c', { x5c: ['AA'] }],
    ['unknown crit', { crit: ['new'], new: 1 }],
    ['b64: false', { crit: ['b64'], b64: false }],
    ['typ JWT (B41)', { typ: 'JWT' }],
    ['typ in another case', { typ: 'AT+JWT' }],
    ['no typ', { typ: undefined }],
    ['no alg', { alg: undefined }],
    ['cty', { cty: 'JWT' }],
  ])('refuses a header with %s (B31, B32, B41)', async (_, change) => {
    expect(await tokens.verify(forge({ ...header, ...change }, payload))).toBeNull();
  });

  it('refuses encrypted tokens, and tokens in tokens (B33)', async () => {
    const inner = await tokens.sign(claims);
    const encrypted = await new CompactEncrypt(Buffer.from(inner))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(createSecretKey(keyOf(secret)));
    expect(await tokens.verify(encrypted)).toBeNull();
    expect(await tokens.verify(forge(header, inner))).toBeNull();
  });

  it('refuses other shapes (B34)', async () => {
    const token = await tokens.sign(claims);
    const [head = '', body = '', signature = ''] = token.split('.');
    const shapes = [
      '',
      '.',
      '..',
      `${head}.${body}`,
      `${token}.${signature}`,
      `${token}=`,
      `${token}\n`,
      ` ${token}`,
      `${head}=.${body}.${signature}`,
      `${head}.${body}.${signature}=`,
      `${head}..${signature}`,
      `${head}.${body}.`,
      `${head}.${body}.${signature}+`,
      `${head}.*.${signature}`,
      forge('no json', payload),
      forge(header, 'no json'),
      forge('null', payload),
      forge(header, 'null'),
      forge(header, '[]'),
      forge(header, '"text"'),
    ];
    for (const shape of shapes) {
      expect(await tokens.verify(shape), shape).toBeNull();
    }
  });

  it('refuses more than 8 KiB, whatever it says (B34)', async () => {
    expect(await tokens.verify(forge(header, { ...payload, more: 'x'.repeat(1_000_000) }))).toBeNull();
    expect(await tokens.verify('a'.repeat(1_000_000))).toBeNull();
    const padded = (bytes: number) => forge(header, JSON.stringify(payload).padEnd(bytes));
    expect(await tokens.verify(padded(6000))).toMatchObject(claims);
    expect(await tokens.verify(padded(6200))).toBeNull();
  });

  it('refuses a token with any bit changed, also one that base64 would not notice (B35)', async () => {
    const token = await tokens.sign(claims);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let index = 0; index < token.length; index += 1) {
      const value = alphabet.indexOf(token.charAt(index));
      if (value >= 0) {
        for (let bit = 1; bit < 64; bit *= 2) {
          const changed = token.slice(0, index) + alphabet.charAt(value ^ bit) + token.slice(index + 1);
          expect(await tokens.verify(changed), `position ${String(index)}`).toBeNull();
        }
      }
    }
  });

  it.each([
    ['exp missing', { exp: undefined }],
    ['exp as text', { exp: '1780028800' }],
    ['exp negative', { exp: -1 }],
    ['exp beyond 2^53', { exp: 2 ** 53 }],
    ['exp as a fraction', { exp: 1.5 }],
    ['exp null', { exp: null }],
    ['iat missing', { iat: undefined }],
    ['iat as text', { iat: '1' }],
    ['iss missing', { iss: undefined }],
    ['another iss', { iss: 'https://evil.example' }],
    ['aud missing', { aud: undefined }],
    ['another aud', { aud: 'other' }],
    ['aud as an array', { aud: ['ai-metrics-api'] }],
    ['aud as an array of two', { aud: ['ai-metrics-api', 'other'] }],
    ['sub missing', { sub: undefined }],
    ['sub as a number', { sub: 7 }],
    ['sub as a name', { sub: 'admin' }],
    ['sub empty', { sub: '' }],
    ['sid missing', { sid: undefined }],
    ['sid too short', { sid: 'A'.repeat(42) }],
    ['sid of other characters', { sid: `${'A'.repeat(42)}=` }],
    ['nbf, which we never set', { nbf: 1 }],
    ['an unknown claim', { admin: true }],
  ])('refuses claims with %s (B37-B42)', async (_, change) => {
    expect(await tokens.verify(forge(header, { ...payload, ...change }))).toBeNull();
  });

  it('refuses an exp that JSON reads as Infinity (B38)', async () => {
    const body = JSON.stringify(payload).replace(`"exp":${String(payload.exp)}`, '"exp":1e400');
    expect(await tokens.verify(forge(header, body))).toBeNull();
  });
});
