import { format, resolveConfig } from 'prettier';
import { ToolError } from '../src/cli/run-tool.ts';
import type { Report } from './report.ts';

const end = '<!-- end -->';

export interface Circumstances {
  /** ms since 1970. */
  now: number;
  runs: number;
  /** Such as `4 × Some CPU`: where the proxy ran. */
  machine: string;
}

/**
 * The text of a page in which what stands between the markers of a report's command is replaced by it; the rest was written
 * by hand and stays. Throws a ToolError where the markers are not there. `path` says how the page is formatted.
 */
export async function replaceResult(
  page: string,
  path: string,
  report: Report,
  circumstances: Circumstances
): Promise<string> {
  const start = `<!-- ${report.command} -->`;
  const [before, rest] = splitOnce(page, start);
  const [, after] = splitOnce(rest, end);
  const text = [before, start, '\n\n', describe(report, circumstances), '\n\n', end, after].join('');
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

function splitOnce(text: string, marker: string): [string, string] {
  const position = text.indexOf(marker);
  if (position === -1) {
    throw new ToolError(`The page has no marker ${marker}: nothing was written`);
  }
  return [text.slice(0, position), text.slice(position + marker.length)];
}

function describe({ rows, server, columns, cells, notes }: Report, { now, runs, machine }: Circumstances): string {
  const line = (texts: string[]) => `| ${texts.join(' | ')} |`;
  return [
    `${new Date(now).toISOString().slice(0, 10)}, ${server}, ${rows.toLocaleString('en')} calls, median of ${String(runs)}, ${machine}`,
    '',
    line(columns.map(({ heading }) => heading)),
    line(columns.map(({ isNumber }) => (isNumber ? '--:' : '---'))),
    ...cells.map(([question = '', ...others]) => line([`\`${question}\``, ...others])),
    '',
    ...notes,
  ].join('\n');
}
