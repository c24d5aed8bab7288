import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** A key of 256 bits for one purpose (the `info` of HKDF, RFC 5869): keys of different purposes tell nothing of each other. */
export function deriveKey(secret: string, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
}
