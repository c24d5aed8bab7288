import { isDeepStrictEqual } from 'node:util';
import type { Seen } from './ask.ts';

/** How far apart numbers may be that are computed from sums of DOUBLEs with any digits. */
const tolerance = 1e-8;

// The answer from rollups says more.
const aboutSlowCalls = 'A call is slow that takes longer than';

/** Says how an answer differs from the one that rows give; null if it doesn't. Notices may say more than those of rows. */
export function difference(answer: Seen, raw: Seen, exact: boolean): string | null {
  if ('refused' in answer || 'refused' in raw) {
    return isDeepStrictEqual(answer, raw) ? null : `${JSON.stringify(answer)} and not ${JSON.stringify(raw)}`;
  }
  const same = exact ? isDeepStrictEqual : isClose;
  const rows = Math.max(answer.rows.length, raw.rows.length);
  for (let index = 0; index < rows; index += 1) {
    if (!same(answer.rows[index], raw.rows[index])) {
      return `row ${String(index)} of ${String(raw.rows.length)} is ${JSON.stringify(answer.rows[index])} and not ${JSON.stringify(raw.rows[index])}`;
    }
  }
  const missing = raw.notices.filter((text) => !text.startsWith(aboutSlowCalls) && !answer.notices.includes(text));
  return missing.length === 0 ? null : `no notice says ${JSON.stringify(missing)}: ${JSON.stringify(answer.notices)}`;
}

function isClose(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
  }
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const [left, right] = [Object.entries(a), Object.entries(b)];
    return (
      left.length === right.length &&
      left.every(([key, value], index) => key === right[index]?.[0] && isClose(value, right[index][1]))
    );
  }
  return Object.is(a, b);
}
