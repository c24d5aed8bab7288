import { format, resolveConfig } from 'prettier';
import { ToolError } from '../src/cli/run-tool.ts';
import { headings, tableRow } from './report.ts';
import type { BenchResult } from './run-bench.ts';

const start = '<!-- npm run bench -->';
const end = '<!-- end -->';

export interface Circumstances {
  /** ms since 1970. */
  now: number;
  runs: number;
  /** Such as `4 × Some CPU`: where the proxy ran. */
  machine: string;
}

/**
 * The text of a page in which what stands between the two markers is replaced by a result; the rest was written by hand
 * and stays. Throws a ToolError where the markers are not there. `path` says how the page is formatted.
 */
export async function replaceResult(
  page: string,
  path: string,
  result: BenchResult,
  circumstances: Circumstances
): Promise<string> {
  const [before, rest] = splitOnce(page, start);
  const [, after] = splitOnce(rest, end);
  const text = [before, start, '\n\n', describe(result, circumstances), '\n\n', end, after].join('');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

function splitOnce(text: string, marker: string): [string, string] {
  const position = text.indexOf(marker);
  if (position === -1) {
    throw new ToolError(`The page has no marker ${marker}: nothing was written`);
  }
  return [text.slice(0, position), text.slice(position + marker.length)];
}

function describe({ rows, server, measured }: BenchResult, { now, runs, machine }: Circumstances): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    `${new Date(now).toISOString().slice(0, 10)}, ${server}, ${rows.toLocaleString('en')} calls, median of ${String(runs)}, ${machine}`,
    '',
    line(headings),
    line(['---', '--:', '--:', '--:', '---', '---', '---']),
    ...measured.map((one) => line(tableRow({ ...one, question: `\`${one.question}\`` }))),
  ].join('\n');
}
