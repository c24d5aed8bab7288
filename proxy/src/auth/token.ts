import { z } from 'zod';
import { createSigner } from '../signer.ts';

const issuer = 'ai-metrics-proxy';
const audience = 'ai-metrics-api';

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
  const signer = createSigner(secrets, {
    keyPurpose: 'ai-metrics access token HS256',
    type: 'at+jwt',
    maxLength: 8192,
  });
  return {
    sign: ({ sid, sub, iat, exp }) => signer.sign({ sid, iss: issuer, aud: audience, sub, iat, exp }),
    verify: async (token) => {
      const claims = claimsSchema.safeParse(await signer.verify(token));
      return claims.success ? claims.data : null;
    },
  };
}
