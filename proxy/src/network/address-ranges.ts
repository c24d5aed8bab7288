import { BlockList, isIP, isIPv4 } from 'node:net';

/** Networks and single addresses. */
export interface AddressRanges {
  /** Takes a canonical address, of either version. */
  has(address: string): boolean;
}

/** Reads a comma list such as `10.0.0.0/8, ::1`; throws an Error that says what is wrong, as words after the setting's name. */
export function parseAddressRanges(list: string): AddressRanges {
  const ranges = new BlockList();
  for (const entry of list.split(',').map((part) => part.trim())) {
    const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const longest = isIPv4(address) ? 32 : 128;
    const length = Number(prefix ?? longest);
    // The length 0 is everybody: whoever connects could then say that he is someone else.
    if (isIP(address) === 0 || length < 1 || length > longest) {
      throw new Error(`must be a comma list of addresses and networks such as 10.0.0.0/8, ::1; "${entry}" is neither`);
    }
    ranges.addSubnet(address, length, familyOf(address));
  }
  return { has: (address) => ranges.check(address, familyOf(address)) };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
