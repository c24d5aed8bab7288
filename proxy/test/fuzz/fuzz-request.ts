import { createHmac } from 'node:crypto';
import { viewerHeaders } from '../support/proxy-bench.ts';
import { loginName, password, type FuzzTarget, type TokenName } from './open-fuzz-target.ts';

/** A request as it is generated: JSON, so that one that was found can be printed and sent again. */
export interface FuzzRequest {
  method: string;
  /** With its parameters, as it is sent. */
  target: string;
  headers: [name: string, value: string][];
  token: FuzzToken;
  body: FuzzBody;
  /** For a socket: what is changed in its bytes. Null: the app is asked without one. */
  wire: WireChange[] | null;
}

export type FuzzToken =
  | { is: 'none' }
  | { is: 'text'; text: string }
  | { is: 'valid'; name: TokenName; scheme: string }
  | { is: 'changed'; name: TokenName; at: number; text: string }
  | { is: 'forged'; name: TokenName; header: Record<string, unknown>; claims: Record<string, unknown> };

export type FuzzBody = { is: 'none' } | { is: 'text'; text: string } | { is: 'json'; value: unknown };

/** At a share of the request's length: so many characters are replaced by this text. */
export interface WireChange {
  at: number;
  cut: number;
  put: string;
}

/** A request with the tokens of the moment in their places. */
export interface Sendable {
  method: string;
  target: string;
  headers: [name: string, value: string][];
  body: string | undefined;
  /** Whether a session's token is anywhere in it. */
  hasToken: boolean;
}

/** Whether OpenID Connect may answer it, whose errors have a form of their own. */
export function reachesOidc({ target }: Pick<Sendable, 'target'>): boolean {
  return target.includes('/oidc/');
}

/** In generated text these stand for the right name and password, which are the same for every seed. */
const placeholders: [string, string][] = [
  ['{login}', loginName],
  ['{password}', password],
];

export function toSendable(request: FuzzRequest, target: FuzzTarget): Sendable {
  const tokens = target.tokens();
  const authorization = writeToken(request.token, tokens);
  // Without them a data source may ask nothing.
  const wire = request.token.is === 'valid' && request.token.name === 'dataSource' ? Object.entries(viewerHeaders) : [];
  const headers: [string, string][] = [
    ...wire,
    ...request.headers,
    ...(authorization === undefined ? [] : [['Authorization', authorization] satisfies [string, string]]),
  ];
  const body = writeBody(request.body);
  const all = [request.target, ...headers.map(([, value]) => value), body ?? ''].join('\n');
  return {
    method: request.method,
    target: request.target,
    headers,
    body,
    hasToken: Object.values(tokens).some((token) => all.includes(token)),
  };
}

function writeBody(body: FuzzBody): string | undefined {
  switch (body.is) {
    case 'none':
      return undefined;
    case 'text':
      return body.text;
    case 'json':
      return placeholders.reduce((text, [name, value]) => text.replaceAll(name, value), JSON.stringify(body.value));
    default:
      return body satisfies never;
  }
}

function writeToken(token: FuzzToken, tokens: Record<TokenName, string>): string | undefined {
  switch (token.is) {
    case 'none':
      return undefined;
    case 'text':
      return token.text;
    case 'valid':
      return `${token.scheme} ${tokens[token.name]}`;
    case 'changed': {
      const text = tokens[token.name];
      const at = Math.floor(token.at * text.length);
      return `Bearer ${text.slice(0, at)}${token.text}${text.slice(at + 1)}`;
    }
    case 'forged': {
      const claims = JSON.parse(Buffer.from(tokens[token.name].split('.')[1] ?? '', 'base64url').toString()) as object;
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${encode(token.header)}.${encode({ ...claims, ...token.claims })}`;
      return `Bearer ${signed}.${createHmac('sha256', 'another key').update(signed).digest('base64url')}`;
    }
    default:
      return token satisfies never;
  }
}

/** The bytes of a request, as HTTP/1.1 has them, with what is wrong about them. Each character is a byte, or several in UTF-8. */
export function toBytes({ method, target, headers, body }: Sendable, changes: WireChange[]): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const length = body === undefined ? [] : [`Content-Length: ${String(Buffer.byteLength(body))}`];
  const head = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...lines, ...length, '', ''];
  let text = head.join('\r\n') + (body ?? '');
  for (const { at, cut, put } of changes) {
    const place = Math.floor(at * text.length);
    text = text.slice(0, place) + put + text.slice(place + cut);
  }
  return Buffer.from(text);
}
