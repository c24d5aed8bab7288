import { createHash } from 'node:crypto';
import { networkOf } from '../network/ip-network.ts';

/** Who tries to sign in: the name as it was typed, and the canonical address that the attempt comes from. */
export interface SignInAttempt {
  loginName: string;
  address: string;
}

/** Under what an attempt is counted: hashes, as a name that was typed may be a password in the wrong field. */
export interface AttemptKeys {
  address: string;
  /** Of the name together with the address: nobody can lock others out. */
  user: string;
}

export function attemptKeys({ loginName, address }: SignInAttempt): AttemptKeys {
  const network = networkOf(address);
  return { address: hash('address', network), user: hash('user', network, foldLoginName(loginName)) };
}

/** Under what sign-ins that were only begun are counted: the login page was asked for. */
export function begunKey(address: string): string {
  return hash('begun', networkOf(address));
}

/** One name for all spellings that a database or a person may take for the same. Trimmed last: NFKC makes spaces. */
function foldLoginName(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim();
}

function hash(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('hex');
}
