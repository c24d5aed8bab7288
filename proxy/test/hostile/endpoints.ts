import type { Hono } from 'hono';
import type { Env } from '../../src/routes/env.ts';
import { endpointsOf } from '../../src/routes/known-routes.ts';

export interface Endpoint {
  method: string;
  path: string;
}

/** Every endpoint of the app, as it lists them itself, with a value in the place of each parameter. */
export function endpoints(app: Hono<Env>): Endpoint[] {
  return endpointsOf(app).map((endpoint) => {
    const [method = '', path = ''] = endpoint.split(' ');
    return { method, path: path.replaceAll(/:\w+/g, 'provider') };
  });
}

/** Those that answer 401 to somebody without a token: all that is behind sign-in. */
export async function protectedEndpoints(app: Hono<Env>): Promise<Endpoint[]> {
  const found: Endpoint[] = [];
  for (const endpoint of endpoints(app)) {
    const response = await app.request(endpoint.path, init(endpoint));
    if (response.status === 401) {
      found.push(endpoint);
    }
  }
  return found;
}

export function init({ method }: Endpoint, headers: Record<string, string> = {}): RequestInit {
  return method === 'POST'
    ? { method, headers: { 'Content-Type': 'application/json', ...headers }, body: '{}' }
    : { method, headers };
}
