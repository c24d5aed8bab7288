import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Provider } from 'oidc-provider';

/**
 * Ties the end of a sign-in to the browser that the password was entered in. The library's own cookies are given out before
 * that: somebody who began a sign-in and had another person finish it would otherwise go on as him.
 */
export interface BrowserProof {
  /** For a cookie of that browser: 256 random bits in base64url. */
  secret: string;
  /** Kept with the sign-in: the SHA-256 of it, in hex. */
  hash: string;
}

export function makeProof(): BrowserProof {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hash(secret) };
}

/** Whether this browser is the one that the sign-in `uid` was finished in. */
export async function hasProof(provider: Provider, uid: string, secret: string | undefined): Promise<boolean> {
  const interaction = await provider.Interaction.find(uid);
  const expected = interaction?.result?.['browser'];
  return (
    secret !== undefined &&
    typeof expected === 'string' &&
    timingSafeEqual(Buffer.from(hash(secret)), Buffer.from(expected))
  );
}

function hash(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}
