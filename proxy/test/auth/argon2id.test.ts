import { describe, expect, it } from 'vitest';
import { argon2idCharacters, hashArgon2id, isArgon2id, verifyArgon2id } from '../../src/auth/argon2id.ts';

const salt = 'c29tZXNhbHQ';
const digest = 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';

describe('isArgon2id', () => {
  it.each([
    ['the parameters that are used here', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}`],
    ['the second recommendation of RFC 9106', `$argon2id$v=19$m=65536,t=3,p=4$${salt}$${digest}`],
    ['what PHP makes', `$argon2id$v=19$m=65536,t=4,p=1$${salt}$${digest}`],
    ['the least memory', `$argon2id$v=19$m=8,t=1,p=1$${salt}$${digest}`],
  ])('takes %s', (_, stored) => {
    expect(isArgon2id(stored)).toBe(true);
  });

  it.each([
    ['4 GiB', `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${digest}`],
    ['one KiB too much', `$argon2id$v=19$m=65537,t=1,p=1$${salt}$${digest}`],
    ['2^32 KiB', `$argon2id$v=19$m=4294967296,t=1,p=1$${salt}$${digest}`],
    ['too little memory for its lanes', `$argon2id$v=19$m=31,t=1,p=4$${salt}$${digest}`],
    ['no memory', `$argon2id$v=19$m=0,t=1,p=1$${salt}$${digest}`],
    ['negative memory', `$argon2id$v=19$m=-1,t=1,p=1$${salt}$${digest}`],
    ['memory with a leading zero', `$argon2id$v=19$m=019456,t=2,p=1$${salt}$${digest}`],
    ['memory as a hexadecimal number', `$argon2id$v=19$m=0x10,t=2,p=1$${salt}$${digest}`],
    ['1000 passes', `$argon2id$v=19$m=19456,t=1000,p=1$${salt}$${digest}`],
    ['no pass', `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${digest}`],
    ['100 lanes', `$argon2id$v=19$m=19456,t=2,p=100$${salt}$${digest}`],
    ['argon2i', `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${digest}`],
    ['argon2d', `$argon2d$v=19$m=19456,t=2,p=1$${salt}$${digest}`],
    ['version 16', `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${digest}`],
    ['no version', `$argon2id$m=19456,t=2,p=1$${salt}$${digest}`],
    ['parameters in another order', `$argon2id$v=19$t=2,m=19456,p=1$${salt}$${digest}`],
    ['a parameter more', `$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA$${salt}$${digest}`],
    ['a parameter twice', `$argon2id$v=19$m=8,m=19456,t=2,p=1$${salt}$${digest}`],
    ['a salt of 4 bytes', `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$${digest}`],
    ['a hash of 4 bytes', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$aGFzaA`],
    ['a hash of 66 bytes', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${'A'.repeat(88)}`],
    ['padding', `$argon2id$v=19$m=19456,t=2,p=1$${salt}=$${digest}`],
    ['base64url', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest.replace('/', '_')}`],
    ['bits left over in the salt', `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHR$${digest}`],
    ['bits left over in the hash', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest.slice(0, -1)}5`],
    ['no hash', `$argon2id$v=19$m=19456,t=2,p=1$${salt}`],
    ['a line break at the end', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}\n`],
    ['a space before it', ` $argon2id$v=19$m=19456,t=2,p=1$${salt}$${digest}`],
    ['a NUL in the salt', `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbH\u0000$${digest}`],
    ['bcrypt', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
    ['nothing', ''],
  ])('does not take %s (A14)', (_, stored) => {
    expect(isArgon2id(stored)).toBe(false);
  });
});

describe('hashArgon2id', () => {
  it('makes another PHC string each time, of 97 characters, that verifies', async () => {
    const [first, second] = await Promise.all([hashArgon2id('pässword'), hashArgon2id('pässword')]);
    for (const made of [first, second]) {
      expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
      expect([made.length, isArgon2id(made)]).toEqual([argon2idCharacters, true]);
      expect(await verifyArgon2id('pässword', made)).toBe(true);
      expect(await verifyArgon2id('pa\u0308ssword', made)).toBe(false);
    }
    expect(first).not.toBe(second);
  });
});

describe('verifyArgon2id', () => {
  it.each([
    ['the most memory and lanes', `$argon2id$v=19$m=65536,t=4,p=4$${salt}$${digest}`],
    ['the least memory', `$argon2id$v=19$m=32,t=1,p=4$${salt}$${digest}`],
    ['the longest salt and hash', `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(64)}$${'A'.repeat(86)}`],
    ['the shortest salt and hash', `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(11)}$${'A'.repeat(22)}`],
  ])('can verify with %s', async (_, stored) => {
    expect([isArgon2id(stored), await verifyArgon2id('password', stored)]).toEqual([true, false]);
  });
});
