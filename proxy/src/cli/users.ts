import { parseArgs } from 'node:util';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { addUser } from './add-user.ts';
import { readPassword } from './read-password.ts';
import { runTool, ToolError, withDatabase } from './run-tool.ts';

const usage = `npm run users -- add --login NAME [--name "Full name"] [--type system|normal]
    Adds a person to users. Only system users (the default) may see anything.
    The password is asked for; or give it on standard input.
`;

await runTool(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      login: { type: 'string' },
      name: { type: 'string' },
      type: { type: 'string', default: 'system' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const { login, name = '', type } = values;
  if (positionals.length !== 1 || positionals[0] !== 'add' || login === undefined) {
    throw new ToolError(usage.trimEnd());
  }
  if (type !== 'system' && type !== 'normal') {
    throw new ToolError('--type: must be system or normal');
  }
  const config = loadDatabaseConfig(readEnvironment());
  const password = await readPassword(process.stdin, process.stderr);
  const id = await withDatabase(config.databaseUrl, (database: Database<MetricsTables>) =>
    addUser(database, { login, name, type, password })
  );
  process.stdout.write(`Added the ${type} user ${JSON.stringify(login)} with id ${id}\n`);
});
