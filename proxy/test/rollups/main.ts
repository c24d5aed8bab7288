import { readFile } from 'node:fs/promises';
import { formatTable } from '../../src/cli/format-table.ts';
import { runTool, ToolError } from '../../src/cli/run-tool.ts';
import { findServerProgram } from '../servers/find-program.ts';
import { type ServerEngine, serverNames } from '../servers/server-engine.ts';
import { startServer } from '../servers/start-server.ts';
import { type Checked, checkHistories, checkHistory, type Failure } from './histories/check-histories.ts';
import type { History } from './histories/history.ts';
import { type RollupTestOptions, readOptions, usage } from './options.ts';
import { runTwoProxies, type SoakResult } from './two-proxies/run-two-proxies.ts';

const progressMs = 5000;
const shrinkSeconds = 120;
const rowsPerSecond = 2000;

await runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const outcomes = await Promise.all(
    options.engines.map((engine) => withServer(engine, (url) => testOn(engine, url, options)))
  );
  const wrong = outcomes.filter((outcome) => outcome !== null);
  if (wrong.length > 0) {
    throw new ToolError(wrong.join('\n\n'));
  }
});

/** Returns what is wrong, or null. */
function testOn(engine: ServerEngine, url: string, options: RollupTestOptions): Promise<string | null> {
  const { replay, proxies } = options;
  if (proxies) {
    return soakOn(engine, url, options);
  }
  return replay === undefined ? checkOn(engine, url, options) : replayOn(engine, url, replay);
}

async function withServer<Result>(engine: ServerEngine, use: (url: string) => Promise<Result>): Promise<Result> {
  const given = process.env[engine === 'mysql' ? 'TEST_MYSQL_URL' : 'TEST_MARIADB_URL'];
  if (given !== undefined && given !== '') {
    return use(given);
  }
  const found = findServerProgram(engine, process.env);
  if ('reason' in found) {
    throw new ToolError(found.reason);
  }
  const server = await startServer({ engine });
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
}

async function checkOn(engine: ServerEngine, url: string, options: RollupTestOptions): Promise<string | null> {
  const { rounds, seconds, seed, path } = options;
  say(engine, `seed ${String(seed)}`);
  const start = performance.now();
  const describe = (checked: Checked) =>
    `${String(checked.rounds)} of ${String(rounds)} histories, ${((1000 * checked.rounds) / (performance.now() - start)).toFixed(1)} a second; ` +
    `${String(checked.questions)} answers, ${String(checked.compared)} of them compared, ${String(checked.refused)} refused`;
  let said = start;
  let played = 0;
  const { checked, failure } = await checkHistories(engine, url, {
    rounds: path === undefined ? rounds : 1,
    seconds,
    seed,
    path,
    shrinkSeconds,
    onRound: (soFar) => {
      played = soFar.rounds;
      if (performance.now() - said > progressMs) {
        said = performance.now();
        say(engine, describe(soFar));
      }
    },
    onFailure: ({ error }) => {
      say(engine, `history ${String(played + 1)} came out wrong: ${error}\nlooking for a shorter one…`);
    },
  });
  say(engine, describe(checked));
  return failure === null ? null : describeFailure(engine, seed, failure);
}

async function replayOn(engine: ServerEngine, url: string, file: string): Promise<string | null> {
  const history = JSON.parse(await readFile(file, 'utf8')) as History;
  try {
    await checkHistory(engine, url, history);
    say(engine, 'nothing wrong');
    return null;
  } catch (error) {
    return `${serverNames[engine]}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function soakOn(engine: ServerEngine, url: string, { minutes }: RollupTestOptions): Promise<string | null> {
  const result = await runTwoProxies(engine, url, {
    minutes,
    rowsPerSecond,
    say: (text) => void process.stderr.write(text),
  });
  process.stdout.write(formatTable(['what', 'seen'], soakTable(result)));
  return result.wrong.length === 0 ? null : result.wrong.slice(0, 20).join('\n');
}

function soakTable(result: SoakResult): [string, string][] {
  const ms = (value: number) => `${String(Math.round(value))} ms`;
  return [
    ['rows written', `${String(result.rows)}, ${String(Math.round(result.rows / result.seconds))} a second`],
    ['answers', `${String(result.answers)}, ${String(result.fromRollups)} of them with rollups`],
    ['wrong', String(result.wrong.length)],
    ['time of an answer', `${ms(result.medianMs)} in the middle, ${ms(result.slowestMs)} at most`],
    ['age of a call that an answer lacked', `${ms(result.stalestMs)} at most`],
    ['until the other proxy built', result.takeOversMs.map(ms).join(', ')],
    ['calls in rollups at the end', String(result.rolledUp)],
  ];
}

function describeFailure(engine: ServerEngine, seed: number, { history, path, error }: Failure): string {
  return [
    `${serverNames[engine]}: ${error}`,
    `npm run test:rollups -- --engine ${engine} --seed ${String(seed)} --path ${path}`,
    JSON.stringify(history),
  ].join('\n');
}

function say(engine: ServerEngine, text: string): void {
  process.stdout.write(`${serverNames[engine]}: ${text}\n`);
}
