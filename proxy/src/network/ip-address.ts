import { isIP, isIPv4, SocketAddress } from 'node:net';

const mappedPrefix = '::ffff:';

/**
 * An address in the one way to write it, or null for anything else: lower case, shortened, without a zone (`%eth0`), and
 * IPv4 where IPv6 only wraps it, as in `::ffff:10.0.0.1` (RFC 4291 §2.5.5.2).
 */
export function canonicalAddress(text: string): string | null {
  const version = isIP(text);
  if (version !== 6) {
    return version === 4 ? text : null;
  }
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  const wrapped = address.slice(mappedPrefix.length);
  return address.startsWith(mappedPrefix) && isIPv4(wrapped) ? wrapped : address;
}
