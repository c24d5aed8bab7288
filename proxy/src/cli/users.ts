import { parseArgs } from 'node:util';
import { endSessionsOf } from '../auth/sessions.ts';
import { loadDatabaseConfig, readEnvironment } from '../config.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables, StateTables } from '../database/tables.ts';
import { addUser } from './add-user.ts';
import { listUsers } from './list-users.ts';
import { readPassword } from './read-password.ts';
import { describeFailure, runTool, ToolError, withDatabase } from './run-tool.ts';
import { setUserStatus } from './set-user-status.ts';
import { quoteText } from './show-text.ts';

const usage = `npm run users -- add --login NAME [--name "Full name"] [--type system|normal]
    Adds a person to users. Only system users (the default) may see anything.
    The password is asked for; or give it on standard input.
npm run users -- list
    Shows id, login name, name, type and status of all people. What could be misread is in quotes, such as "ann ".
npm run users -- disable --login NAME [--id N]
npm run users -- enable --login NAME [--id N]
    Sets the status of the person with exactly this login name to 0 or 1; case, accents and spaces count. To disable him
    ends his sessions, within a second.
    Where several people have the name, --id says which of them is meant. Someone deleted (status 2) is left alone unless
    --id names him.
`;

const commands = ['add', 'list', 'disable', 'enable'] as const;
type Command = (typeof commands)[number];

const options = {
  login: { type: 'string' },
  name: { type: 'string' },
  type: { type: 'string' },
  id: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const optionsOf: Record<Command, readonly string[]> = {
  add: ['login', 'name', 'type'],
  list: [],
  disable: ['login', 'id'],
  enable: ['login', 'id'],
};

type Values = Partial<Record<'login' | 'name' | 'type' | 'id', string>>;

await runTool(async () => {
  const { values, positionals, tokens } = parseArgs({ allowPositionals: true, tokens: true, options });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const command = commands.find((name) => name === positionals[0]);
  if (command === undefined || positionals.length !== 1) {
    throw new ToolError(usage.trimEnd());
  }
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  for (const [index, name] of given.entries()) {
    if (!optionsOf[command].includes(name)) {
      throw new ToolError(`--${name}: is nothing that ${command} takes`);
    }
    if (given.indexOf(name) !== index) {
      throw new ToolError(`--${name}: must be given once`);
    }
  }
  process.stdout.write(command === 'list' ? await list() : await change(command, values));
});

async function list(): Promise<string> {
  // `list | head` closes the pipe early: no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
  });
  return onDatabase(listUsers);
}

async function change(command: 'add' | 'disable' | 'enable', values: Values): Promise<string> {
  const { login, name = '', type = 'system', id: chosenId } = values;
  if (login === undefined) {
    throw new ToolError(usage.trimEnd());
  }
  if (command === 'add') {
    if (type !== 'system' && type !== 'normal') {
      throw new ToolError('--type: must be system or normal');
    }
    // Before the password is asked for: a wrong setting needs none.
    loadDatabaseConfig(readEnvironment());
    const password = await readPassword(process.stdin, process.stderr);
    const id = await onDatabase((database) => addUser(database, { login, name, type, password }));
    return `Added the ${type} user ${JSON.stringify(login)} with id ${id}\n`;
  }
  const status = command === 'disable' ? 0 : 1;
  const done = await onDatabase((database) => setUserStatus(database, { login, id: chosenId }, status));
  const who = `the user ${quoteText(login)} with id ${done.id}`;
  const said = done.changed
    ? `${command === 'disable' ? 'Disabled' : 'Enabled'} ${who}: status ${String(status)}, was ${done.before}\n`
    : `Nothing to do: ${who} has the status ${String(status)} (${done.before}) already\n`;
  return command === 'disable' ? said + (await endSessions(done.id)) : said;
}

/** A user is disabled also where his sessions can only be refused: `enable` would bring those back. */
async function endSessions(userId: string): Promise<string> {
  const { stateDatabaseUrl } = loadDatabaseConfig(readEnvironment());
  try {
    const ended = await withDatabase<StateTables, number>(stateDatabaseUrl, (database) =>
      endSessionsOf(database, userId)
    );
    return `His sessions end within a second; there were ${String(ended)}\n`;
  } catch (error) {
    process.stderr.write(
      'Warning: his sessions are refused within a second, but those that nobody uses meanwhile come back with enable, ' +
        `until they expire, as they could not be deleted. ${describeFailure(error)}\n`
    );
    return '';
  }
}

function onDatabase<Result>(use: (database: Database<MetricsTables>) => Promise<Result>): Promise<Result> {
  return withDatabase(loadDatabaseConfig(readEnvironment()).databaseUrl, use);
}
