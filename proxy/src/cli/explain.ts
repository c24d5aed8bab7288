import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { loadQuestionConfig, type QuestionConfig, readEnvironment } from '../config.ts';
import { parseDatabaseUrl } from '../database/database-url.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables, StateTables } from '../database/tables.ts';
import { readWindow } from '../routes/query-parameters.ts';
import { describeExplained } from './explain/describe-explained.ts';
import { type ExplainedQuestion, type ExplainOptions, explainQuestion } from './explain/explain-question.ts';
import { createTrace } from './explain/trace.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';

const usage = `npm run explain -- '{"kind": "summary", "metrics": ["cost"], …}' [--from TIME] [--to TIME]
    [--intervalMs N] [--maxDataPoints N] [--analyze] [--json]
    Shows how a question of POST /query would be answered: what it was understood as, which segments of time are read
    from where, the statements with their values, how the server would read the calls, and whether it is refused.
    TIME: ms since 1970 or ISO 8601 with an offset; the last 24 hours if left out.
    --analyze runs the statements, too, without a time limit, and shows what each took. Without it, statements that depend on
    what others find are shown as if nothing was found, or not at all: calls in the order of time, events, groups of top.
    --json: for programs.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

await runTool(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: text,
      to: text,
      intervalMs: text,
      maxDataPoints: text,
      analyze: flag,
      json: flag,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const [question] = positionals;
  if (question === undefined || positionals.length > 1) {
    throw new ToolError(usage.trimEnd());
  }
  const { from, to, intervalMs, maxDataPoints, analyze, json } = values;
  const parameters = Object.entries({ from, to, intervalMs, maxDataPoints }).filter(([, value]) => value !== undefined);
  const window = readWindow(new URLSearchParams(parameters as [string, string][]));
  const stopped = new AbortController();
  process.once('SIGINT', () => {
    stopped.abort(new ToolError('Stopped'));
  });
  const explained = await withDatabases(loadQuestionConfig(readEnvironment()), (opened) =>
    explainQuestion(parseJson(question), window, {
      ...opened,
      now: systemClock(),
      analyze,
      signal: stopped.signal,
    })
  );
  process.stdout.write(json ? `${toJson(explained)}\n` : describeExplained(explained));
});

/** Rollups are read where the proxy reads them: not with SQLite. */
async function withDatabases(
  config: QuestionConfig,
  use: (opened: Pick<ExplainOptions, 'metrics' | 'state' | 'trace' | 'config'>) => Promise<ExplainedQuestion>
): Promise<ExplainedQuestion> {
  const trace = createTrace();
  const { databaseUrl, stateDatabaseUrl } = config;
  const kinds = [databaseUrl, stateDatabaseUrl].map((url) => parseDatabaseUrl(url).kind);
  return withDatabase(
    databaseUrl,
    (metrics: Database<MetricsTables>) =>
      kinds.includes('sqlite')
        ? use({ metrics, state: null, trace, config })
        : withDatabase(
            stateDatabaseUrl,
            (state: Database<StateTables>) => use({ metrics, state, trace, config }),
            trace.watch
          ),
    trace.watch
  );
}

function parseJson(question: string): unknown {
  try {
    return JSON.parse(question);
  } catch {
    throw new ToolError('The question is not valid JSON: write it between single quotes');
  }
}

function toJson(explained: ExplainedQuestion): string {
  return JSON.stringify(explained, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2);
}
