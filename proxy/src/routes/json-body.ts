import type { Context } from 'hono';
import { ApiError } from '../errors.ts';
import type { Env } from './env.ts';
import { readUtf8Body } from './read-body.ts';
import { parseStrictJson } from './strict-json.ts';

const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/**
 * The JSON body of a request. Throws an ApiError: 415 for another type or a compressed body, 413 beyond `maxKib`
 * (before reading where the length is given, and else as soon as it is passed), 400 for what is not JSON in UTF-8.
 */
export async function readJsonBody(c: Context<Env>, maxKib: number): Promise<unknown> {
  if (!jsonType.test(c.req.header('Content-Type') ?? '')) {
    throw new ApiError('unsupported_media_type', 'The body must be sent as Content-Type: application/json');
  }
  return parseStrictJson(await readUtf8Body(c, maxKib));
}
