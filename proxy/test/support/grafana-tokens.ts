import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** The key set of a Grafana on a real socket, and the tokens that it signs for people. */
export interface GrafanaTokens {
  /** Grafana's root_url, with a slash at its end. */
  rootUrl: string;
  /** X-Grafana-Id for `users.id` as Grafana 12.4 makes it; `claims` replaces what it says. */
  sign: (userId: string, claims?: JWTPayload, header?: Record<string, unknown>) => Promise<string>;
  /** A new key under the same id, as every 30 days. */
  rotate: () => Promise<void>;
  /** How often the key set was asked for. */
  asked: () => number;
  /** From now on the key set is answered with this status. */
  answerWith: (status: number) => void;
  close: () => Promise<void>;
}

const kid = 'id-2026-06';

/** `now` gives ms since 1970: the clock of the proxies that the tokens are for. */
export async function startGrafanaTokens(now: () => number): Promise<GrafanaTokens> {
  let asked = 0;
  let status = 200;
  let keys = await newKeys();
  const server = createServer((request, response) => {
    asked += request.url === '/grafana/api/signing-keys/keys' ? 1 : 0;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ keys: [keys.publicJwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const rootUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/grafana/`;
  return {
    rootUrl,
    sign: (userId, claims = {}, header = {}) => {
      const seconds = Math.floor(now() / 1000);
      const payload = {
        iss: rootUrl,
        aud: 'org:1',
        sub: 'user:2',
        exp: seconds + 600,
        iat: seconds,
        namespace: 'default',
        type: 'user',
        identifier: '2',
        username: `aitoys-${userId}`,
        authenticatedBy: 'oauth_generic_oauth',
        ...claims,
      };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'jwt', ...header })
        .sign(keys.privateKey);
    },
    rotate: async () => {
      keys = await newKeys();
    },
    asked: () => asked,
    answerWith: (next) => {
      status = next;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function newKeys(): Promise<{ privateKey: CryptoKey; publicJwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}
