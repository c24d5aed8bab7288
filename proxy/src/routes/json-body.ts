import type { Context } from 'hono';
import { ApiError } from '../errors.ts';
import type { Env } from './env.ts';
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
  if ((c.req.header('Content-Encoding') ?? 'identity') !== 'identity') {
    throw new ApiError('unsupported_media_type', 'The body must be sent without Content-Encoding');
  }
  const bytes = await readBytes(c, maxKib);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('invalid_request', 'The body is not valid UTF-8');
  }
  return parseStrictJson(text);
}

async function readBytes(c: Context<Env>, maxKib: number): Promise<Uint8Array> {
  const maxBytes = maxKib * 1024;
  const tooLarge = new ApiError('payload_too_large', `The body may have at most ${String(maxKib)} KiB`);
  const announced = c.req.header('Content-Length');
  if (Number(announced ?? 0) > maxBytes) {
    throw tooLarge;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    if (announced !== undefined) {
      // No longer than that, and much quicker than as a stream.
      return new Uint8Array(await c.req.raw.arrayBuffer());
    }
    for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      if (length > maxBytes) {
        throw tooLarge;
      }
      chunks.push(chunk);
    }
  } catch (error) {
    // A client that went away in the middle of its body.
    throw error === tooLarge ? tooLarge : new ApiError('invalid_request', 'The body ended early', { cause: error });
  }
  return Buffer.concat(chunks);
}
