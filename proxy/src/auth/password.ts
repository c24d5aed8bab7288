import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isArgon2id, verifyArgon2id } from './argon2id.ts';

/** `malformed`: what is stored is neither a SHA-256 in hex nor an argon2id hash, so nobody can sign in with it. */
export type PasswordVerdict = 'match' | 'mismatch' | 'malformed';

/** The longest password that is taken, in bytes of UTF-8. */
export const maxPasswordBytes = 1024;

const sha256InHex = /^[0-9a-f]{64}$/i;

// Compared with where there is nothing to compare with, so that this costs the same. It can't be anyone's password.
const noHash = randomBytes(32);

/** What `users.password_hash` holds: the SHA-256, in hex, of the password's UTF-8 bytes as they were typed. */
export function hashPassword(password: string): string {
  return sha256(password).toString('hex');
}

/** Judges by whichever of the two forms is stored. */
export async function verifyPassword(password: string, storedHash: string): Promise<PasswordVerdict> {
  if (!isArgon2id(storedHash)) {
    return verifySha256(password, storedHash);
  }
  return (await verifyArgon2id(password, storedHash)) ? 'match' : 'mismatch';
}

/** Compares in constant time; `null` stands for a user who doesn't exist and costs the same. Either case of hex counts. */
export function verifySha256(password: string, storedHash: string | null): PasswordVerdict {
  const isWellFormed = storedHash !== null && sha256InHex.test(storedHash);
  const stored = isWellFormed ? Buffer.from(storedHash, 'hex') : noHash;
  const isEqual = timingSafeEqual(sha256(password), stored);
  if (!isWellFormed) {
    return 'malformed';
  }
  return isEqual ? 'match' : 'mismatch';
}

/** Kept with a session, to notice that the password has changed: the SHA-256, in hex, of the stored hash. */
export function passwordFingerprint(storedHash: string): string {
  return sha256(storedHash).toString('hex');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
