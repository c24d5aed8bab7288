import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { deriveKey } from './derive-key.ts';

/** Encrypts text for the proxy's own tables: who reads or changes them learns and makes nothing by it. */
export interface Sealer {
  seal(text: string): Promise<string>;
  /** The text, or null where it was not sealed for the same use under one of the secrets. */
  open(sealed: string): Promise<string | null>;
}

/** JWE (RFC 7516, A256GCM) under keys derived from `secrets`: the first one seals, all of them open. */
export function createSealer(secrets: readonly string[], keyPurpose: string): Sealer {
  const keys = secrets.map((secret) => deriveKey(secret, keyPurpose));
  const [sealingKey] = keys;
  if (sealingKey === undefined) {
    throw new Error('Sealing needs at least one secret');
  }
  return {
    seal: (text) =>
      new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(sealingKey),
    open: async (sealed) => {
      for (const key of keys) {
        try {
          const { plaintext } = await compactDecrypt(sealed, key, {
            keyManagementAlgorithms: ['dir'],
            contentEncryptionAlgorithms: ['A256GCM'],
          });
          return new TextDecoder().decode(plaintext);
        } catch (error) {
          if (!(error instanceof errors.JOSEError)) {
            throw error;
          }
        }
      }
      return null;
    },
  };
}
