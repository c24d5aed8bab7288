import { ApiError } from '../errors.ts';

const maxDepth = 32;

/**
 * The value of a JSON text. Throws an ApiError `invalid_request` for text that is not JSON and for what programs read in
 * different ways: a key twice in one object, a key `__proto__`, nesting deeper than anything here needs.
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError('invalid_request', 'The body is not valid JSON');
  }
  checkStructure(text);
  return value;
}

// The text is known to be JSON here, so strings and brackets are all there is to look at.
function checkStructure(text: string): void {
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs;
  const open: (Set<string> | null)[] = [];
  for (const [found, colon] of text.matchAll(token)) {
    if (found === '{' || found === '[') {
      open.push(found === '{' ? new Set() : null);
      if (open.length > maxDepth) {
        throw new ApiError('invalid_request', `The body is nested deeper than ${String(maxDepth)} levels`);
      }
    } else if (found === '}' || found === ']') {
      open.pop();
    } else if (colon !== undefined) {
      checkKey(JSON.parse(found.slice(0, -colon.length)) as string, open.at(-1));
    }
  }
}

function checkKey(key: string, known: Set<string> | null | undefined): void {
  if (key === '__proto__') {
    throw new ApiError('invalid_request', 'The body has a key that is not allowed: __proto__');
  }
  if (known?.has(key) === true) {
    throw new ApiError('invalid_request', 'The body has a key twice in one object');
  }
  known?.add(key);
}
