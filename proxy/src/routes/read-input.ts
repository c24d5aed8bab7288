import type { z } from 'zod';
import { describeIssue } from '../describe-issue.ts';
import { ApiError } from '../errors.ts';

/** What `schema` makes of a value from outside. Throws an ApiError `invalid_request` that names each field at fault. */
export function readInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new ApiError('invalid_request', result.error.issues.map(describeIssue).join('; '));
  }
  return result.data;
}
