import type { z } from 'zod';
import { ApiError } from './errors.ts';
import { plainIssue } from './plain-issue.ts';

/**
 * What `schema` makes of a value from outside. Throws an ApiError `invalid_request` that names each field at fault, what
 * is allowed there and what came.
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: plainIssue });
  if (!result.success) {
    throw new ApiError('invalid_request', describeIssues(result.error.issues));
  }
  return result.data;
}

function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const lines = new Map<string, string>();
  for (const issue of issues) {
    const field = fieldsOf(issue);
    // The first of a field only: what follows may measure a text as if it were a list.
    if (!lines.has(field)) {
      lines.set(field, field === '' ? issue.message : `${field}: ${issue.message}`);
    }
  }
  return [...lines.values()].join('; ');
}

function fieldsOf(issue: z.core.$ZodIssue): string {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map(fieldOf).join(', ');
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${String(step)}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
