import type { Context } from 'hono';
import { ApiError } from '../errors.ts';
import type { Env } from './env.ts';

/**
 * The body of a request as text. Throws an ApiError: 415 for a compressed body, 413 beyond `maxKib` (before reading where the
 * length is given, and else as soon as it is passed), 400 for what is not UTF-8.
 */
export async function readUtf8Body(c: Context<Env>, maxKib: number): Promise<string> {
  if ((c.req.header('Content-Encoding') ?? 'identity') !== 'identity') {
    throw new ApiError('unsupported_media_type', 'The body must be sent without Content-Encoding');
  }
  const bytes = await readBytes(c, maxKib);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError('invalid_request', 'The body is not valid UTF-8');
  }
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
