import { describe, expect, it } from 'vitest';
import { hashPassword, passwordFingerprint, verifyPassword, verifySha256 } from '../../src/auth/password.ts';

const hashOfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
// Made by another implementation: the test of argon2 20190702 (test.c), with m=256 as 2^8.
const argon2idOfPassword = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';

describe('hashPassword', () => {
  it('is the SHA-256 of the UTF-8 bytes in hex', () => {
    // FIPS 180-2, appendix B.1
    expect(hashPassword('abc')).toBe(hashOfAbc);
  });

  it('keeps apart what only looks alike', () => {
    expect(hashPassword('caf\u00e9')).not.toBe(hashPassword('cafe\u0301'));
    expect(hashPassword('abc ')).not.toBe(hashOfAbc);
  });
});

describe('verifySha256', () => {
  it.each([
    ['the hash', 'abc', hashOfAbc, 'match'],
    ['the hash in capitals', 'abc', hashOfAbc.toUpperCase(), 'match'],
    ['another hash', 'abd', hashOfAbc, 'mismatch'],
    ['the hash as the password', hashOfAbc, hashOfAbc, 'mismatch'],
    ['no user', 'abc', null, 'malformed'],
    ['an empty hash', 'abc', '', 'malformed'],
    ['63 characters', 'abc', hashOfAbc.slice(1), 'malformed'],
    ['65 characters', 'abc', `${hashOfAbc}0`, 'malformed'],
    ['a line break at the end', 'abc', `${hashOfAbc}\n`, 'malformed'],
    ['a letter that is not hex', 'abc', `g${hashOfAbc.slice(1)}`, 'malformed'],
    ['another scheme', 'abc', argon2idOfPassword, 'malformed'],
  ])('judges %s', (_, password, stored, verdict) => {
    expect(verifySha256(password, stored)).toBe(verdict);
  });
});

describe('verifyPassword', () => {
  it.each([
    ['a SHA-256', 'abc', hashOfAbc, 'match'],
    ['another SHA-256', 'abd', hashOfAbc, 'mismatch'],
    ['an argon2id hash', 'password', argon2idOfPassword, 'match'],
    ['another argon2id hash', 'passwore', argon2idOfPassword, 'mismatch'],
    ['an argon2id hash as the password (A12)', argon2idOfPassword, argon2idOfPassword, 'mismatch'],
    ['absurd parameters (A14)', 'abc', '$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$cnVzdCBpcyBuaWNlIQ', 'malformed'],
  ])('judges %s', async (_, password, stored, verdict) => {
    expect(await verifyPassword(password, stored)).toBe(verdict);
  });
});

describe('passwordFingerprint', () => {
  it('changes with the stored hash and does not show it', () => {
    expect(passwordFingerprint(hashOfAbc)).toMatch(/^[0-9a-f]{64}$/);
    expect(passwordFingerprint(hashOfAbc)).not.toBe(hashOfAbc);
    expect(passwordFingerprint(hashOfAbc)).not.toBe(passwordFingerprint(hashPassword('abd')));
  });
});
