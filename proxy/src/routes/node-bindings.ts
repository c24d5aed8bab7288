import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { Env } from './env.ts';

/** Node's own request and response, for what must be handed to a library that knows only these. */
export function nodeBindings(c: Context<Env>): { incoming: IncomingMessage; outgoing: ServerResponse } {
  // @hono/node-server gives them (its HttpBindings) with every request that came over a socket.
  return c.env as { incoming: IncomingMessage; outgoing: ServerResponse };
}
