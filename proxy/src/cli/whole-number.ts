import { ToolError } from './run-tool.ts';

/** Reads the value of an option that is a whole number; throws a ToolError that names the option and its bounds. */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    throw new ToolError(`${option}: must be a whole number from ${String(min)} to ${String(max)}`);
  }
  return value;
}
