import { hash, verify } from '@node-rs/argon2';

// OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** How many characters `hashArgon2id` makes. */
export const argon2idCharacters = 97;

// RFC 9106 §4 recommends 64 MiB, 3 passes and 4 lanes where memory is short, and PHP takes 4 passes: more is nobody's
// honest choice for a sign-in, and would let one row of `users` take the memory of the whole proxy.
const maxMemoryKib = 65_536;
const maxPasses = 4;
const maxLanes = 4;

// 8 to 48 bytes of salt and 16 to 64 of hash, without padding. Version 19 is the only one since 2015.
const phcString =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/;

/**
 * Whether this is a PHC string of argon2id that can be verified with, and at what a sign-in may cost. Nothing else reaches the
 * library: what it throws later is a failure of this proxy.
 */
export function isArgon2id(storedHash: string): boolean {
  const [, memory, passes, lanes, salt = '', digest = ''] = phcString.exec(storedHash) ?? [];
  const memoryKib = Number(memory);
  // RFC 9106 §3.1: at least 8 KiB for each lane. NaN, where nothing matched, is within no limit.
  const isAffordable = memoryKib <= maxMemoryKib && Number(passes) <= maxPasses && Number(lanes) <= maxLanes;
  return isAffordable && memoryKib >= 8 * Number(lanes) && isCanonical(salt) && isCanonical(digest);
}

/** A PHC string with a new salt, of the UTF-8 bytes as they were typed. Takes a thread and 19 MiB for some 10 ms. */
export function hashArgon2id(password: string): Promise<string> {
  return hash(password, parameters);
}

/** For what `isArgon2id` accepts; by the parameters that are in it. */
export function verifyArgon2id(password: string, storedHash: string): Promise<boolean> {
  return verify(storedHash, password);
}

// Bits that are left over must be 0.
function isCanonical(base64: string): boolean {
  return Buffer.from(base64, 'base64').toString('base64').replace(/=+$/, '') === base64;
}
