import { runTool, ToolError } from '../../src/cli/run-tool.ts';
import type { Engine } from '../../src/database/dialect.ts';
import { findServerProgram } from '../servers/find-program.ts';
import { type ServerEngine, serverNames } from '../servers/server-engine.ts';
import { startServer } from '../servers/start-server.ts';
import { type Finding, fuzz, type Tried } from './fuzz.ts';
import { openFuzzTarget } from './open-fuzz-target.ts';
import { type FuzzToolOptions, readOptions, usage } from './options.ts';

const progressMs = 5000;

await runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  for (const engine of options.engine === undefined ? (['sqlite', 'mysql'] as const) : [options.engine]) {
    await fuzzOn(engine, options);
  }
});

async function fuzzOn(engine: Engine, options: FuzzToolOptions): Promise<void> {
  if (engine === 'sqlite') {
    await fuzzAt(engine, undefined, options);
    return;
  }
  const given = process.env[engine === 'mysql' ? 'TEST_MYSQL_URL' : 'TEST_MARIADB_URL'];
  const found = findServerProgram(engine, process.env);
  if (given !== undefined && given !== '') {
    await fuzzAt(engine, given, options);
  } else if ('program' in found) {
    await onOwnServer(engine, (url) => fuzzAt(engine, url, options));
  } else if (options.engine === undefined) {
    say(engine, `NOT RUN: ${found.reason}`);
  } else {
    throw new ToolError(found.reason);
  }
}

async function onOwnServer(engine: ServerEngine, use: (url: string) => Promise<void>): Promise<void> {
  const server = await startServer({ engine });
  try {
    await use(server.url);
  } finally {
    await server.stop();
  }
}

async function fuzzAt(engine: Engine, serverUrl: string | undefined, options: FuzzToolOptions): Promise<void> {
  const target = await openFuzzTarget(engine, serverUrl);
  const start = performance.now();
  say(engine, `${String(target.endpoints.length)} routes, seed ${String(options.seed)}`);
  let said = start;
  try {
    const { tried, finding } = await fuzz(target, {
      ...options,
      onInput: (soFar) => {
        if (performance.now() - said > progressMs) {
          said = performance.now();
          say(engine, describe(soFar, start));
        }
      },
    });
    say(engine, describe(tried, start));
    if (finding !== null) {
      throw new ToolError(describeFinding(engine, options, finding));
    }
  } finally {
    await target.close();
  }
}

function describe({ inputs, statuses, slowestMs, answered, refused }: Tried, start: number): string {
  const perSecond = (1000 * inputs) / (performance.now() - start);
  const counts = [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${Number.isNaN(status) ? 'none' : String(status)} ${String(count)}`);
  return `${String(inputs)} requests, ${perSecond.toFixed(0)} a second, slowest ${slowestMs.toFixed(0)} ms; ${counts.join(', ')}; questions: ${String(answered)} answered, ${String(refused)} refused`;
}

function describeFinding(engine: Engine, { seed }: FuzzToolOptions, { request, fault, path }: Finding): string {
  return [
    `${nameOf(engine)}: ${fault}`,
    `npm run fuzz -- --engine ${engine} --seed ${String(seed)} --path ${path}`,
    JSON.stringify(request),
  ].join('\n');
}

function say(engine: Engine, text: string): void {
  process.stdout.write(`${nameOf(engine)}: ${text}\n`);
}

function nameOf(engine: Engine): string {
  return engine === 'sqlite' ? 'SQLite' : serverNames[engine];
}
