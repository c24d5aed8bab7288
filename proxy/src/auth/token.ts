import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { compactVerify, errors, SignJWT } from 'jose';
import { z } from 'zod';

const algorithm = 'HS256';
const issuer = 'ai-metrics-proxy';
const audience = 'ai-metrics-api';
const type = 'at+jwt';
const keyPurpose = 'ai-metrics access token HS256';
const maxLength = 8192;

const compactForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)$/;

// Nothing but these: `kid`, `jwk`, `jku`, `x5u`, `crit` or `b64` are never read, and a token that has them is none of ours.
const headerSchema = z.strictObject({ alg: z.literal(algorithm), typ: z.literal(type) });

const claimsSchema = z.strictObject({
  iss: z.literal(issuer),
  aud: z.literal(audience),
  /** users.id: never the name, which may be given to someone else. */
  sub: z.string().regex(/^-?\d{1,20}$/),
  /** The session's id: 256 random bits in base64url. */
  sid: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Seconds since 1970 by the state database's clock. */
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
});

export type TokenClaims = Pick<z.infer<typeof claimsSchema>, 'sub' | 'sid' | 'iat' | 'exp'>;

export interface Tokens {
  sign(claims: TokenClaims): Promise<string>;
  /**
   * The claims of a token that this proxy signed, or null for any other text. Whether they still hold is for the
   * session to say: its database's clock gave the times, so that proxies with different clocks agree.
   */
  verify(token: string): Promise<TokenClaims | null>;
}

/** Access tokens (RFC 9068 in form) under keys derived from `secrets`: the first one signs, all of them verify. */
export function createTokens(secrets: readonly string[]): Tokens {
  const [signingKey, ...olderKeys] = secrets.map(deriveKey);
  if (signingKey === undefined) {
    throw new Error('Tokens need at least one secret');
  }
  return {
    sign: (claims) =>
      new SignJWT({ sid: claims.sid })
        .setProtectedHeader({ alg: algorithm, typ: type })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(claims.sub)
        .setIssuedAt(claims.iat)
        .setExpirationTime(claims.exp)
        .sign(signingKey),
    verify: async (token) => {
      if (token.length > maxLength || !isCanonical(token)) {
        return null;
      }
      for (const key of [signingKey, ...olderKeys]) {
        const claims = await verifyWith(key, token);
        if (claims !== null) {
          return claims;
        }
      }
      return null;
    },
  };
}

function deriveKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', keyPurpose, 32)));
}

// The last character of a segment holds unused bits: without this check four texts would be the same signature.
function isCanonical(token: string): boolean {
  const signature = compactForm.exec(token)?.[1];
  return signature !== undefined && Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

async function verifyWith(key: KeyObject, token: string): Promise<TokenClaims | null> {
  try {
    const { protectedHeader, payload } = await compactVerify(token, key, { algorithms: [algorithm] });
    if (!headerSchema.safeParse(protectedHeader).success) {
      return null;
    }
    const claims = claimsSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
    return claims.success ? claims.data : null;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
      return null;
    }
    throw error;
  }
}
