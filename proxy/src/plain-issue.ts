import { z } from 'zod';

const types: Record<string, string> = {
  number: 'a number',
  string: 'text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
};

/** Longer than what a template variable puts in by mistake. */
const shownLength = 80;

/**
 * What is wrong with a field, in the words of whoever sees the panel: what it may be, and what came instead, which may be
 * a template variable's value. Undefined where the schema itself says it.
 */
export function plainIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return mustBe(types[issue.expected] ?? issue.expected, issue);
    case 'invalid_value':
      return mustBe(issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`, issue);
    case 'too_small':
      return mustReach('at least', issue.minimum, issue);
    case 'too_big':
      return mustReach('at most', issue.maximum, issue);
    case 'unrecognized_keys':
      return `${issue.keys.length === 1 ? 'is not a field' : 'are not fields'}${allowedBeside(issue)}`;
    default:
      return undefined;
  }
}

/** `must be …, not …`. What came as a whole is not repeated: it may hold a password. */
export function mustBe(allowed: string, { input, path = [] }: Pick<z.core.$ZodRawIssue, 'input' | 'path'>): string {
  if (input === undefined) {
    return 'is missing';
  }
  const text = path.length === 0 ? '' : JSON.stringify(input);
  return `must be ${allowed}${text === '' || text.length > shownLength ? '' : `, not ${text}`}`;
}

function mustReach(side: string, bound: number | bigint, issue: z.core.$ZodRawIssue): string {
  const { input } = issue;
  const [one, many] = typeof input === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
  return typeof input === 'string' || Array.isArray(input)
    ? `must have ${side} ${String(bound)} ${Number(bound) === 1 ? one : many}, not ${String(input.length)}`
    : mustBe(`${side} ${String(bound)}`, issue);
}

function allowedBeside({ inst }: z.core.$ZodRawIssue): string {
  return inst instanceof z.ZodObject ? `; allowed: ${Object.keys(inst.shape).join(', ')}` : '';
}
