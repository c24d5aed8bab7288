import type { KeyObject } from 'node:crypto';
import { CompactSign, compactVerify, errors } from 'jose';
import { z } from 'zod';
import { deriveKey } from './derive-key.ts';

const algorithm = 'HS256';

const compactForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)$/;

export interface SignerOptions {
  /** Tells the keys of one use from those of another (the `info` of HKDF, RFC 5869). */
  keyPurpose: string;
  /** The header `typ`. */
  type: string;
  /** In characters; a longer text is not looked at. */
  maxLength: number;
}

export interface Signer {
  sign(payload: Record<string, unknown>): Promise<string>;
  /** The payload of a text that this proxy signed for the same use, or null for any other text. */
  verify(text: string): Promise<unknown>;
}

/** Signs JSON as JWS (RFC 7515) under keys derived from `secrets`: the first one signs, all of them verify. */
export function createSigner(secrets: readonly string[], { keyPurpose, type, maxLength }: SignerOptions): Signer {
  const [signingKey, ...olderKeys] = secrets.map((secret) => deriveKey(secret, keyPurpose));
  if (signingKey === undefined) {
    throw new Error('Signing needs at least one secret');
  }
  // Nothing but these: `kid`, `jwk`, `jku`, `x5u`, `crit` or `b64` are never read, and a text that has them is none of ours.
  const headerSchema = z.strictObject({ alg: z.literal(algorithm), typ: z.literal(type) });
  const verifyWith = async (key: KeyObject, text: string): Promise<unknown> => {
    try {
      const { protectedHeader, payload } = await compactVerify(text, key, { algorithms: [algorithm] });
      return headerSchema.safeParse(protectedHeader).success
        ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
        : null;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
        return null;
      }
      throw error;
    }
  };
  return {
    sign: (payload) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: algorithm, typ: type })
        .sign(signingKey),
    verify: async (text) => {
      if (text.length > maxLength || !isCanonical(text)) {
        return null;
      }
      for (const key of [signingKey, ...olderKeys]) {
        const payload = await verifyWith(key, text);
        if (payload !== null) {
          return payload;
        }
      }
      return null;
    },
  };
}

// The last character of a segment holds unused bits: without this check four texts would be the same signature.
function isCanonical(text: string): boolean {
  const signature = compactForm.exec(text)?.[1];
  return signature !== undefined && Buffer.from(signature, 'base64url').toString('base64url') === signature;
}
