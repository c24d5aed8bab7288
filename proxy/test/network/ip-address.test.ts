import { describe, expect, it } from 'vitest';
import { canonicalAddress } from '../../src/network/ip-address.ts';

describe('canonicalAddress', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
    ['2001:DB8:0:0:0:0:0:0001', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
    ['::203.0.113.9', '::203.0.113.9'],
    ['64:ff9b::203.0.113.9', '64:ff9b::cb00:7109'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    '203.0.113',
    '0x7f.1',
    '010.0.0.1',
    '203.0.113.9 ',
    '[::1]',
    '::1::',
    '1.2.3.4:80',
  ])('takes %j for none', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });
});
