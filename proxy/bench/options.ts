import { parseArgs } from 'node:util';
import { ToolError } from '../src/cli/run-tool.ts';
import { wholeNumber } from '../src/cli/whole-number.ts';

export const usage = `npm run bench -- [--rows N] [--runs N] [--dashboard | --beside DATABASE] [--json] [--write]
    Asks six questions, each also about one model only, of the table ai_metrics in the MySQL or MariaDB of DATABASE_URL:
    through the proxy, and as the SQL that Grafana's built-in MySQL data source would run for the same panel. The proxy's
    own tables are made where they are missing, and its rollups completed first.
    --rows N  the table must have exactly N calls; where there is none, it is made with N generated calls.
              Without it: the table as it is. A table that is there is only read.
    --runs N  how often each side answers each question; the median counts (5)
    --dashboard
              instead: how long the overview dashboard takes to open, in a proxy that was just started and again
    --beside DATABASE
              instead: the same questions through two proxies by turns, for DATABASE_URL and for a larger table in
              another database of the same server
    --json    prints [{question, rows, direct_ms, proxy_ms, ratio, agrees}], and nothing else on standard output;
              with --dashboard {rows, questions, cold_ms, warm_ms}; with --beside
              [{question, rows, proxy_ms, other_rows, other_proxy_ms, growth}]
    --write   writes the result into docs/performance.md
    ratio = direct_ms / proxy_ms: how many times as fast as direct SQL the proxy is. rows: the calls in the table.
    Ends with 1 where an answer of the proxy is not that of direct SQL.
`;

export interface BenchOptions {
  /** Undefined: whatever is there. */
  rows: number | undefined;
  runs: number;
  dashboard: boolean;
  /** The name of a database with a larger table. */
  beside: string | undefined;
  json: boolean;
  write: boolean;
  help: boolean;
}

const largest = { rows: 1_000_000_000, runs: 1000 };

/** Reads the arguments; throws an error for the user where one is wrong. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string' },
      runs: { type: 'string', default: '5' },
      dashboard: { type: 'boolean', default: false },
      beside: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.dashboard && values.beside !== undefined) {
    throw new ToolError('--dashboard and --beside are two different runs: give one of them');
  }
  return {
    ...values,
    rows: values.rows === undefined ? undefined : wholeNumber('--rows', values.rows, 1, largest.rows),
    runs: wholeNumber('--runs', values.runs, 1, largest.runs),
    beside: values.beside,
  };
}
