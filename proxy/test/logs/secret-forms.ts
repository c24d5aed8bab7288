import { createHash } from 'node:crypto';

/** A value in each form in which it might be written. */
export function formsOf(name: string, value: string): [string, string][] {
  const hash = createHash('sha256').update(value).digest();
  return [
    [name, value],
    [`${name}, percent-encoded`, encodeURIComponent(value)],
    [`${name}, percent-encoded like a form`, String(new URLSearchParams({ value })).slice('value='.length)],
    [`${name}, base64`, Buffer.from(value).toString('base64')],
    [`${name}, SHA-256`, hash.toString('hex')],
    [`${name}, SHA-256 in capitals`, hash.toString('hex').toUpperCase()],
    [`${name}, SHA-256 in base64`, hash.toString('base64')],
    [`${name}, SHA-256 in base64url`, hash.toString('base64url')],
  ];
}

export function sessionIdOf(token: string): string {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { sid: string }).sid;
}

/** A token in whole and in parts, and the session id in it. */
export function tokenForms(name: string, token: string): [string, string][] {
  const [head = '', claims = '', signature = ''] = token.split('.');
  return [
    [name, token],
    [`${name}, head`, head],
    [`${name}, claims`, claims],
    [`${name}, signature`, signature],
    ...formsOf(`${name}, session id`, sessionIdOf(token)),
  ];
}

/** Names of the secrets that are in the text. */
export function found(text: string, secrets: [string, string][]): string[] {
  return secrets.filter(([, secret]) => text.includes(secret)).map(([name]) => name);
}
