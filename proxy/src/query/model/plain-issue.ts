import type { z } from 'zod';

const TYPES: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
};

/** Longer than what a template variable puts in by mistake. */
const SHOWN_LENGTH = 80;

/**
 * What is wrong with a field, in the words of whoever sees the panel: what it may be, and what came instead, which may be
 * a template variable's value. Undefined where zod or the schema says it well enough.
 */
export function plainIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_value' && issue.values.length > 1) {
    return `must be one of ${issue.values.join(', ')}${insteadOf(issue.input)}`;
  }
  if (issue.code === 'invalid_type' && TYPES[issue.expected] !== undefined) {
    return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected]}${insteadOf(issue.input)}`;
  }
  return undefined;
}

function insteadOf(input: unknown): string {
  // It came as JSON, or is missing.
  const text = input === undefined ? '' : JSON.stringify(input);
  return text === '' || text.length > SHOWN_LENGTH ? '' : `, not ${text}`;
}
