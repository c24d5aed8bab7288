import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { type AddressRanges, parseAddressRanges } from '../network/address-ranges.ts';
import { canonicalAddress } from '../network/ip-address.ts';
import type { Env } from './env.ts';

const unknownAddress = 'unknown';

/**
 * Sets `clientAddress`: who connected, or, where that is a trusted proxy, for whom it did by its X-Forwarded-For. No other
 * header is ever looked at, and nothing is taken from this one but the address.
 */
export function clientAddress(trustedProxies: string | undefined): MiddlewareHandler<Env> {
  const trusted = trustedProxies === undefined ? undefined : parseAddressRanges(trustedProxies);
  return async function setClientAddress(c, next) {
    const peer = peerAddress(c);
    c.set(
      'clientAddress',
      peer === null ? unknownAddress : forwardedFor(peer, c.req.header('X-Forwarded-For'), trusted)
    );
    await next();
  };
}

/**
 * The nearest address that is not a trusted proxy. Each proxy adds whom it was asked by at the right, so the list is read
 * from there, and only as long as those who wrote it are trusted. An entry that is no address ends it, and the proxy that
 * wrote it stands for the client; so does the leftmost one where all are trusted.
 */
export function forwardedFor(peer: string, header: string | undefined, trusted: AddressRanges | undefined): string {
  let client = peer;
  for (const entry of header?.split(',').reverse() ?? []) {
    const next = trusted?.has(client) === true ? entryAddress(entry.trim()) : null;
    if (next === null) {
      break;
    }
    client = next;
  }
  return client;
}

/** The address of an entry, which some proxies write with a port or in brackets. */
function entryAddress(entry: string): string | null {
  const bare = isIP(entry) === 0 ? entry.replace(/:\d{1,5}$/, '').replace(/^\[(.*)\]$/, '$1') : entry;
  return canonicalAddress(bare);
}

/** Null without a socket: a client that is gone already, or `app.request()`. */
function peerAddress(c: Context<Env>): string | null {
  const bindings = c.env as Partial<HttpBindings> | undefined;
  return canonicalAddress(bindings?.incoming?.socket.remoteAddress ?? '');
}
