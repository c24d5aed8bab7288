import type { z } from 'zod';

/** One line for what zod found wrong: the field's path, then the reason. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${String(step)}]` : `.${String(step)}`)).join('');
  return path === '' ? issue.message : `${path.replace(/^\./, '')}: ${issue.message}`;
}
