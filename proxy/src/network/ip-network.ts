import { isIPv6 } from 'node:net';
import { expandIPv6 } from 'hono/utils/ipaddr';

/**
 * Whose address this is: of IPv6 the network of 64 bits, as one household or machine has at least that many addresses
 * (RFC 6177), and all else as it is. Takes a canonical address.
 */
export function networkOf(address: string): string {
  return isIPv6(address) ? `${expandIPv6(address).split(':').slice(0, 4).join(':')}::/64` : address;
}
