import { showText } from './show-text.ts';

const statusNames = new Map([
  ['0', 'disabled'],
  ['1', 'normal'],
  ['2', 'deleted'],
]);
const typeNames = new Map([
  ['0', 'normal'],
  ['1', 'system'],
]);

/** What a value of `users.status` means; one without a meaning is shown as it is. */
export function describeStatus(value: unknown): string {
  return describe(value, statusNames);
}

/** What a value of `users.user_type` means; one without a meaning is shown as it is. */
export function describeUserType(value: unknown): string {
  return describe(value, typeNames);
}

export function isDeleted(status: unknown): boolean {
  return describeStatus(status) === 'deleted';
}

function describe(value: unknown, names: Map<string, string>): string {
  if (value === null || value === undefined) {
    return 'NULL';
  }
  const text =
    typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : `${value as number}`;
  return names.get(text) ?? showText(text);
}
