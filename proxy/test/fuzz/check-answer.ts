import type { FuzzAnswer } from './send.ts';
import { reachesOidc, type Sendable } from './fuzz-request.ts';
import { type FuzzTarget, password } from './open-fuzz-target.ts';

export const maxMs = 1000;

// What our code and its libraries say of themselves, and no generated text does.
const inside =
  /node_modules|\.ts:\d|\n {4}at |SQLITE_|\bER_[A-Z]|ECONN|errno|aitoys_|sqlMessage|better-sqlite3|mysql2|kysely/;

/** What is wrong with an answer and with what was logged meanwhile; null where nothing is. */
export function findFault(sent: Sendable, answer: FuzzAnswer, lines: string[], target: FuzzTarget): string | null {
  return (
    faultOfStatus(answer) ??
    faultOfError(sent, answer) ??
    faultOfHeaders(sent, answer) ??
    faultOfLog(sent, answer, lines, target) ??
    (answer.ms > maxMs ? `took ${String(Math.round(answer.ms))} ms` : null)
  );
}

function faultOfStatus({ status, body }: FuzzAnswer): string | null {
  if (status >= 500) {
    return `status ${String(status)}`;
  }
  const failed = /"status":5\d\d,"errorSource"/.exec(body);
  return status === 200 && failed !== null ? `a question of the batch has the ${failed[0]}` : null;
}

/** Of an error: its form, and that it says nothing of the inside. What Node answers by itself has no body. */
function faultOfError(sent: Sendable, { status, headers, body }: FuzzAnswer): string | null {
  if (!(status >= 400) || sent.method === 'HEAD' || body === '') {
    return null;
  }
  if (inside.test(body)) {
    return 'the error tells of the inside';
  }
  if (headers.get('content-type')?.startsWith('text/html') === true) {
    return null;
  }
  if (reachesOidc(sent) && oauthError.test(body)) {
    return null;
  }
  const error = parseError(body);
  const known = ['code', 'message', 'request_id', 'details'];
  const fits =
    error !== null &&
    ['code', 'message', 'request_id'].every((name) => typeof error[name] === 'string') &&
    Object.keys(error).every((name) => known.includes(name));
  return fits ? null : 'the error has another form';
}

function parseError(body: string): Record<string, unknown> | null {
  try {
    const { error, ...others } = JSON.parse(body) as { error: Record<string, unknown> };
    return Object.keys(others).length === 0 ? error : null;
  } catch {
    return null;
  }
}

// RFC 6749, section 5.2, and RFC 6750, section 3.
const oauthError = /^\{"error":"[a-z_]+"(,"error_description":"[^"]*")?(,"state":"[^"]*")?(,"iss":"[^"]*")?\}$/;
const oauthChallenge = /^(Bearer|Basic) realm="/;

function faultOfHeaders(sent: Sendable, { status, headers }: FuzzAnswer): string | null {
  const challenge = headers.get('www-authenticate') ?? '';
  const isChallenge =
    challenge === 'Bearer error="invalid_token"' || (reachesOidc(sent) && oauthChallenge.test(challenge));
  if (status === 401 && !isChallenge) {
    return 'a 401 without WWW-Authenticate';
  }
  if ((status === 429 || status === 503) && !headers.has('retry-after')) {
    return `a ${String(status)} without Retry-After`;
  }
  if ([...headers.keys()].some((name) => name.startsWith('access-control-'))) {
    return 'a header of CORS';
  }
  // What Node answers by itself has no more than it needs.
  return headers.has('x-request-id') && headers.get('x-content-type-options') !== 'nosniff'
    ? 'no protective headers'
    : null;
}

function faultOfLog(
  { hasToken }: Sendable,
  { headers }: FuzzAnswer,
  lines: string[],
  target: FuzzTarget
): string | null {
  const text = lines.join('');
  const secrets = [password, ...Object.values(target.tokens()).map((token) => token.slice(token.lastIndexOf('.') + 1))];
  if (secrets.some((secret) => text.includes(secret))) {
    return 'a secret is in the log';
  }
  const requestId = headers.get('x-request-id');
  const given = lines
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ event, method, path, status }) => event === 'request' && status < 300 && isGuarded(target, method, path))
    // A line of a request that was sent before, whose connection ended early, may come late.
    .find(({ user_id, request_id }) => user_id === undefined || (!hasToken && request_id === requestId));
  return given === undefined ? null : `${given.path} answered without a token`;
}

interface LogLine {
  event?: string;
  method: string;
  path: string;
  status: number;
  request_id: string;
  user_id?: string;
}

function isGuarded(target: FuzzTarget, method: string, pattern: string): boolean {
  return target.isGuarded(method === 'HEAD' ? 'GET' : method, pattern.replaceAll(/:\w+/g, 'provider'));
}
