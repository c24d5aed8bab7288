import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ToolError } from '../../src/cli/run-tool.ts';
import { wholeNumber } from '../../src/cli/whole-number.ts';
import type { Engine } from '../../src/database/dialect.ts';

export const usage = `npm run fuzz -- [--engine sqlite|mysql|mariadb] [--inputs N] [--seconds N] [--seed N [--path P]]
    Sends generated requests to every route of a proxy on this machine: good ones, and such as are none. Ends with 1 where an
    answer is a 5xx, comes late, tells of the inside, or gives something to nobody, and prints the shortest such request.
    --inputs   as many requests to each engine (100000)
    --seconds  but no new ones after this time (86400)
    --seed     of the requests; without it a random one, which is printed
    --path     with the seed: only the request that was found there
    --engine   only on this one; without it on SQLite and, where there is a server, on MySQL
    Servers are those of TEST_MYSQL_URL and TEST_MARIADB_URL, or started from a program as for npm test.
`;

export interface FuzzToolOptions {
  /** Undefined: SQLite, and MySQL where it is. */
  engine: Engine | undefined;
  inputs: number;
  seconds: number;
  seed: number;
  path: string | undefined;
  help: boolean;
}

export function readOptions(args: string[]): FuzzToolOptions {
  const { values } = parseArgs({
    args,
    options: {
      engine: { type: 'string' },
      inputs: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '86400' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      path: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { engine, path, help } = values;
  if (engine !== undefined && engine !== 'sqlite' && engine !== 'mysql' && engine !== 'mariadb') {
    throw new ToolError('--engine: must be sqlite, mysql or mariadb');
  }
  return {
    engine,
    inputs: wholeNumber('--inputs', values.inputs, 1, 100_000_000),
    seconds: wholeNumber('--seconds', values.seconds, 1, 10_000_000),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 31 - 1),
    path,
    help,
  };
}
