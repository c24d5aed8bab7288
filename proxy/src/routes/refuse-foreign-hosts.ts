import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';
import { parseHostList } from '../network/host-list.ts';
import type { Env } from './env.ts';

// Probes ask by an address, and learn nothing that is secret.
const anyHost = new Set(['/health', '/ready']);

/**
 * Answers 400 to a request for another host than those of the list, so that no name that somebody points at this proxy
 * (DNS rebinding) makes browsers take it for their site. Without a list every host will do.
 */
export function refuseForeignHosts(trustedHosts: string | undefined): MiddlewareHandler<Env> {
  const trusted = trustedHosts === undefined ? undefined : parseHostList(trustedHosts);
  return async function foreignHosts(c, next) {
    if (trusted !== undefined && !anyHost.has(c.req.path)) {
      const { protocol, host } = new URL(c.req.url);
      // An address may come with the request line too, and is the one that counts then (RFC 9112 §3.2.2).
      const named = [host, c.req.header('Host') ?? host];
      const defaultPort = protocol === 'https:' ? 443 : 80;
      if (!named.every((name) => trusted.has(name, defaultPort))) {
        throw new ApiError('invalid_request', 'The Host header names none of the hosts of the setting TRUSTED_HOSTS');
      }
    }
    await next();
  };
}
