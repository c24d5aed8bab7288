import type { Context } from 'hono';
import { ApiError } from '../errors.ts';
import { signInOverText } from '../pages/login-texts.ts';
import type { Env } from './env.ts';
import { failure } from './respond.ts';

/** The answer where a sign-in to Grafana can't go on, from which people begin another one. */
export function signInOver(c: Context<Env>): Response | Promise<Response> {
  const message = 'This sign-in is over, or was begun in another browser: begin again';
  return failure(c, new ApiError('invalid_request', message), { text: signInOverText, hasGrafana: true });
}
