import { describeCause } from '../describe-cause.ts';

const removed = '[removed]';

// How the names of fields end that hold what could sign someone in; case, `-` and `_` don't count.
const secretEndings = [
  'password',
  'passwordhash',
  'token',
  'authorization',
  'cookie',
  'cookies',
  'secret',
  'secrets',
  'privatekey',
  'clientassertion',
  'codeverifier',
  'xgrafanaid',
  'databaseurl',
];

// `code` is what OAuth calls its one-time codes, and what errors have. Those of errors are words.
const errorCode = /^(?:[A-Z][A-Z0-9_]{1,63}|[a-z]+(?:_[a-z]+)*)$/;

// Far deeper than anything that is logged; it ends what contains itself.
const maxDepth = 12;

/** The same value with every error described and every secret removed, within objects and lists of any depth. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (value instanceof Error) {
    return describeCause(value);
  }
  if (depth > maxDepth) {
    return '[too deep]';
  }
  if (Array.isArray(value)) {
    return value.map((item) => withoutSecrets(item, depth + 1));
  }
  return hasFields(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, field]) => [
          name,
          isSecret(name, field) ? removed : withoutSecrets(field, depth + 1),
        ])
      )
    : value;
}

// Not a Date or Buffer, which says itself how it is written.
function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !('toJSON' in value && typeof value.toJSON === 'function');
}

function isSecret(name: string, value: unknown): boolean {
  const plain = plainName(name);
  return (
    secretEndings.some((ending) => plain.endsWith(ending)) ||
    (plain === 'code' && typeof value === 'string' && !errorCode.test(value))
  );
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}
