import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ToolError } from '../../src/cli/run-tool.ts';
import { wholeNumber } from '../../src/cli/whole-number.ts';
import { type ServerEngine, serverNames } from '../servers/server-engine.ts';

export const usage = `npm run test:rollups -- [--engine mysql|mariadb] [--rounds N] [--seconds N] [--seed N [--path P]] [--replay F]
npm run test:rollups -- --proxies [--engine mysql|mariadb] [--minutes N]
    Plays random histories of a table of calls and of its rollups, and asks questions after every step: answers from
    rollups have to be those of the rows. Ends with 1 where they were not, and prints the shortest such history.
    --rounds   as many histories on each engine (2000)
    --seconds  but no new ones after this time (86400)
    --seed     of the histories; without it a random one, which is printed
    --path     with the seed: only the history that came out wrong there
    --replay F plays the history in the file F, as it was printed
    --proxies  instead: two proxies on one database into which 2,000 calls a second are written. Counts of both have to be
               right all the time, and one takes over when the other, which builds rollups, is killed. Prints what was seen.
    --minutes  for so long (1)
    --engine   only on this one; without it histories are played on both at the same time, and proxies are on MySQL
    Servers are those of TEST_MYSQL_URL and TEST_MARIADB_URL, or started from a program as for npm test.
`;

export interface RollupTestOptions {
  engines: ServerEngine[];
  rounds: number;
  seconds: number;
  seed: number;
  path: string | undefined;
  replay: string | undefined;
  proxies: boolean;
  minutes: number;
  help: boolean;
}

export function readOptions(args: string[]): RollupTestOptions {
  const { values } = parseArgs({
    args,
    options: {
      engine: { type: 'string' },
      rounds: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '86400' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      path: { type: 'string' },
      replay: { type: 'string' },
      proxies: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { engine, proxies } = values;
  if (engine !== undefined && !isEngine(engine)) {
    throw new ToolError('--engine: must be mysql or mariadb');
  }
  return {
    engines: engine !== undefined ? [engine] : proxies ? ['mysql'] : ['mysql', 'mariadb'],
    rounds: wholeNumber('--rounds', values.rounds, 1, 10_000_000),
    seconds: wholeNumber('--seconds', values.seconds, 1, 10_000_000),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 31 - 1),
    path: values.path,
    replay: values.replay,
    proxies,
    minutes: wholeNumber('--minutes', values.minutes, 1, 10_000),
    help: values.help,
  };
}

function isEngine(name: string): name is ServerEngine {
  return Object.hasOwn(serverNames, name);
}
