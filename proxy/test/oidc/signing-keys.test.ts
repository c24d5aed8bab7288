import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ensureSigningKey,
  keyPurpose,
  keySetAt,
  overlapMs,
  readSigningKeys,
  rotateSigningKeys,
  type SigningKey,
} from '../../src/oidc/signing-keys.ts';
import { createSealer } from '../../src/sealer.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { exchange, getCode, type OidcBench, openOidcBench } from '../support/grafana-client.ts';
import { listen } from '../support/listen.ts';
import { testSecret } from '../support/proxy-bench.ts';

const sealer = createSealer([testSecret], keyPurpose);
const hour = 3_600_000;

describe('keySetAt', () => {
  const key = (kid: string, signsFrom: number, isReadable = true): SigningKey => ({
    kid,
    jwk: isReadable ? { kty: 'RSA' } : null,
    signsFrom,
    expiresAt: null,
  });
  const kids = (keys: SigningKey[], now: number) => keySetAt(keys, now).map(({ kid }) => kid);

  it('begins with the newest key whose time has come', () => {
    const keys = [key('c', 300), key('b', 200), key('a', 100)];
    expect(kids(keys, 199)).toEqual(['a', 'c', 'b']);
    expect(kids(keys, 200)).toEqual(['b', 'c', 'a']);
    expect(kids(keys, 1000)).toEqual(['c', 'b', 'a']);
  });

  it('begins with the oldest where the time of none has come', () => {
    expect(kids([key('b', 200), key('a', 100)], 50)).toEqual(['a', 'b']);
  });

  it('leaves out what can not be read', () => {
    expect(kids([key('b', 200, false), key('a', 100)], 300)).toEqual(['a']);
    expect(kids([key('b', 200, false)], 300)).toEqual([]);
  });

  it('says what the keys are for', () => {
    expect(keySetAt([key('a', 1)], 2)).toEqual([{ kty: 'RSA', kid: 'a', alg: 'RS256', use: 'sig' }]);
  });
});

describeOnEngines('signing keys', (engine) => {
  let bench: OidcBench;
  beforeEach(async () => {
    bench = await openOidcBench(engine);
    await bench.addUser({ login_name: 'ann' });
  });
  afterEach(() => bench.close());

  const database = () => bench.dependencies.stateDatabase;
  const signIn = async () => {
    const tokens = (await (await exchange(bench, await getCode(bench.browser(), 'ann'))).json()) as {
      id_token: string;
    };
    return tokens.id_token;
  };
  const published = async (url = bench.listening.url) => {
    const { keys } = (await (await fetch(`${url}/oidc/jwks`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const moveTime = async (ms: number) => {
    // The database's clock can't be set: what it is compared with can.
    for (const { kid, signsFrom, expiresAt } of await readSigningKeys(database(), sealer)) {
      await database()
        .kysely.updateTable('aitoys_oidc_keys')
        .set({ signs_from: signsFrom - ms, expires_at: expiresAt === null ? null : expiresAt - ms })
        .where('kid', '=', kid)
        .execute();
    }
    bench.advance(60_000);
  };

  it('are the same for all proxies, and none is made per process', async () => {
    const second = await listen(bench.secondProxy());
    const kids = await published();
    expect(kids).toHaveLength(1);
    expect(await published(second.url)).toEqual(kids);
    await second.close();
  });

  it('are made once by many proxies that begin at the same time', async () => {
    const proxies = await Promise.all(Array.from({ length: 5 }, () => listen(bench.secondProxy())));
    const sets = await Promise.all(proxies.map(({ url }) => published(url)));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    expect(new Set(sets.map((kids) => kids.join(' '))).size).toBe(1);
    expect(sets[0]).toHaveLength(1);
  });

  it('are published before they sign, and until nothing is left that they signed', async () => {
    const before = await signIn();
    const old = decodeProtectedHeader(before).kid ?? '';
    const { kid, signsFrom } = await rotateSigningKeys(database(), sealer, {
      tokenLifetimeMs: 8 * hour,
      atOnce: false,
    });
    bench.advance(60_000);
    expect(await published()).toEqual([old, kid]);
    expect(decodeProtectedHeader(await signIn()).kid).toBe(old);

    await moveTime(overlapMs);
    expect(await published()).toEqual([kid, old]);
    const after = await signIn();
    expect(decodeProtectedHeader(after).kid).toBe(kid);
    const keys = createRemoteJWKSet(new URL(`${bench.listening.url}/oidc/jwks`));
    await jwtVerify(before, keys);
    await jwtVerify(after, keys);

    await moveTime(8 * hour - 2000);
    expect(await published()).toEqual([kid, old]);
    await moveTime(2000);
    expect(await published()).toEqual([kid]);
    expect(signsFrom).toBeGreaterThan(0);
    expect(
      bench
        .logLines()
        .filter(({ event }) => event === 'oidc_keys_changed')
        .at(-1)
    ).toMatchObject({
      signing: kid,
      published: [kid],
    });
  });

  it('can be replaced at once', async () => {
    const old = await published();
    const { kid } = await rotateSigningKeys(database(), sealer, { tokenLifetimeMs: 8 * hour, atOnce: true });
    bench.advance(60_000);
    expect(await published()).toEqual([kid]);
    expect(old).not.toContain(kid);
  });

  it('end one after the other when several are made in a row', async () => {
    await ensureSigningKey(database(), sealer);
    await rotateSigningKeys(database(), sealer, { tokenLifetimeMs: hour, atOnce: false });
    await rotateSigningKeys(database(), sealer, { tokenLifetimeMs: hour, atOnce: false });
    const keys = await readSigningKeys(database(), sealer);
    expect(keys.map(({ expiresAt }) => expiresAt === null)).toEqual([true, false, false]);
  });

  it('are made anew where SESSION_SECRET was replaced, and people sign in again', async () => {
    const old = await published();
    const second = await openSecond('quite another secret that is long enough');
    const [kid, ...others] = await published(second.url);
    expect(others).toEqual([]);
    expect(old).not.toContain(kid);
    await second.close();
    expect(bench.logLines().some(({ event }) => event === 'oidc_keys_unreadable')).toBe(true);
  });

  it('are kept where SESSION_SECRET was rotated', async () => {
    const old = await published();
    const second = await openSecond('a new secret that is long enough for it', testSecret);
    expect(await published(second.url)).toEqual(old);
    await second.close();
  });

  async function openSecond(...sessionSecrets: string[]) {
    const { createApp } = await import('../../src/app.ts');
    const config = { ...bench.dependencies.config, sessionSecrets };
    return listen(createApp({ ...bench.dependencies, config }));
  }
});
