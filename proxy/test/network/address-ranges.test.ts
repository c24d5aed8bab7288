import { describe, expect, it } from 'vitest';
import { parseAddressRanges } from '../../src/network/address-ranges.ts';

describe('parseAddressRanges', () => {
  it('reads networks and addresses of both versions', () => {
    const ranges = parseAddressRanges(' 10.0.0.0/8, 192.0.2.7 ,fd00::/8,2001:DB8:0::1,::ffff:198.51.100.0/120');
    const inside = ['10.0.0.0', '10.255.255.255', '192.0.2.7', 'fd12::1', '2001:db8::1', '198.51.100.200'];
    const outside = ['9.255.255.255', '11.0.0.0', '192.0.2.8', 'fe00::1', '2001:db8::2', '198.51.101.0', '::1'];
    expect(inside.filter((address) => !ranges.has(address))).toEqual([]);
    expect(outside.filter((address) => ranges.has(address))).toEqual([]);
  });

  it.each([
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['::/129', '::/129'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['10.0.0.0/', '10.0.0.0/'],
    ['10.0.0.0/8/8', '10.0.0.0/8/8'],
    ['10.0.0.0/-1', '10.0.0.0/-1'],
    ['10.0.0', '10.0.0'],
    ['010.0.0.1', '010.0.0.1'],
    ['nginx', 'nginx'],
    ['::1,10.0.0.1:80', '10.0.0.1:80'],
    ['::1,', ''],
    ['*', '*'],
  ])('refuses %j', (list, entry) => {
    expect(() => parseAddressRanges(list)).toThrow(
      `must be a comma list of addresses and networks such as 10.0.0.0/8, ::1; "${entry}" is neither`
    );
  });
});
