import { hasVariable } from '../../interpolation';

/** Whether a text is a number, or will be one when its variables have their values. An empty text is not wrong yet. */
export function isNumberOrVariable(text: string): boolean {
  return text === '' || hasVariable(text) || Number.isFinite(Number(text));
}
