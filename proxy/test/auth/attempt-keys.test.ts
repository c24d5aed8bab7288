import { describe, expect, it } from 'vitest';
import { attemptKeys } from '../../src/auth/attempt-keys.ts';

const userKey = (loginName: string, address = '203.0.113.9') => attemptKeys({ loginName, address }).user;
const addressKey = (address: string) => attemptKeys({ loginName: 'admin', address }).address;

describe('attemptKeys', () => {
  it.each(['Admin', 'ADMIN', 'admin ', '\u00a0admin', 'ａｄｍｉｎ', '\tadmin\n'])(
    'counts %j as admin (A17, J121)',
    (name) => {
      expect(userKey(name)).toBe(userKey('admin'));
    }
  );

  it.each([
    ['ZOÉ', 'zoe\u0301'],
    ['ﬁn', 'FIN'],
  ])('counts %j as %j (J121)', (name, other) => {
    expect(userKey(name)).toBe(userKey(other));
  });

  it.each(['admin1', 'ad min', 'adm', '', '😀'])('counts %j by itself', (name) => {
    expect(userKey(name)).not.toBe(userKey('admin'));
  });

  it('counts a name per address, and IPv6 per network of 64 bits (A18, A20)', () => {
    expect(userKey('admin', '203.0.113.8')).not.toBe(userKey('admin', '203.0.113.9'));
    expect(userKey('admin', '2001:db8::1')).toBe(userKey('admin', '2001:db8:0:0:ffff::2'));
    expect(addressKey('2001:db8::1')).toBe(addressKey('2001:db8:0:0:ffff::2'));
    expect(addressKey('2001:db8::1')).not.toBe(addressKey('2001:db8:0:1::1'));
    expect(addressKey('203.0.113.8')).not.toBe(addressKey('203.0.113.9'));
  });

  it('never takes one kind for the other, and shows nothing of what was typed', () => {
    const keys = attemptKeys({ loginName: 'hunter2', address: 'unknown' });
    expect(keys).toEqual({
      address: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      user: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(new Set([keys.address, keys.user, userKey('', 'unknown'), addressKey('hunter2')]).size).toBe(4);
  });
});
