import { connect } from 'node:net';
import { parseAnswer } from '../support/raw-request.ts';
import { type FuzzRequest, reachesOidc, type Sendable, toBytes, toSendable } from './fuzz-request.ts';
import type { FuzzTarget } from './open-fuzz-target.ts';

export interface FuzzAnswer {
  /** NaN: the connection was ended without a word. */
  status: number;
  headers: Map<string, string>;
  body: string;
  ms: number;
}

// RFC 9110 §15.2: another answer follows.
const interim = /^(?:HTTP\/1\.1 1\d\d [^]*?\r\n\r\n)+/;

// Longer than any answer may take.
const patienceMs = 20_000;

/** Sends a request to the app, or over a socket, which is closed on this side when all is sent. */
export async function send(request: FuzzRequest, target: FuzzTarget): Promise<FuzzAnswer & { sent: Sendable }> {
  const sent = toSendable(request, target);
  const start = performance.now();
  // The library behind these needs Node's own request.
  const direct = request.wire === null && !reachesOidc(sent) ? toRequest(sent) : null;
  const answer =
    direct === null
      ? await sendBytes(target.url, toBytes(sent, request.wire ?? []))
      : await readResponse(await target.app.request(direct));
  return { ...answer, ms: performance.now() - start, sent };
}

/** Null for what the Fetch API can't express: it goes over a socket then. */
function toRequest({ method, target, headers, body }: Sendable): Request | null {
  try {
    return new Request(`http://127.0.0.1${target}`, { method, headers, ...(body === undefined ? {} : { body }) });
  } catch {
    return null;
  }
}

async function readResponse(response: Response): Promise<Omit<FuzzAnswer, 'ms'>> {
  return { status: response.status, headers: new Map(response.headers), body: await response.text() };
}

function sendBytes(url: string, bytes: Buffer): Promise<Omit<FuzzAnswer, 'ms'>> {
  const { hostname, port } = new URL(url);
  // Half open: the answer comes after this side has ended.
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.end(bytes);
  return new Promise((resolve) => {
    socket.on('close', () => {
      const { status, headers, body } = parseAnswer(Buffer.concat(chunks).toString().replace(interim, ''));
      resolve({ status, headers, body: headers.get('transfer-encoding') === 'chunked' ? joinChunks(body) : body });
    });
  });
}

function joinChunks(body: string): string {
  return body.replace(/^[0-9a-f]+\r\n/i, '').replaceAll(/\r\n(?:[0-9a-f]+\r\n)?/gi, '');
}
