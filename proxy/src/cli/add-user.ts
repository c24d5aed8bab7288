import { hashPassword, maxPasswordBytes } from '../auth/password.ts';
import { maxNameCharacters } from '../auth/users.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { requireUsers } from './require-users.ts';
import { ToolError } from './run-tool.ts';

export interface NewUser {
  login: string;
  name: string;
  type: 'system' | 'normal';
  password: string;
}

const shortestPassword = 8;

/** Adds a person with status 1 and returns his id. Refuses a login name that the database reads as one it has. */
export async function addUser(database: Database<MetricsTables>, user: NewUser): Promise<string> {
  checkUser(user);
  await requireUsers(database);
  return database.kysely.transaction().execute(async (trx) => {
    // Compared as the column compares: on many servers `Ann`, `ann` and `ann ` are one name.
    const same = await trx.selectFrom('users').select(['login_name']).where('login_name', '=', user.login).execute();
    const [first] = same;
    if (first !== undefined) {
      const difference =
        first.login_name === user.login ? '' : ` (${JSON.stringify(first.login_name)}, the same to the database)`;
      throw new ToolError(`There is a user with this login name already${difference}; nothing was changed`);
    }
    const { insertId } = await trx
      .insertInto('users')
      .values({
        login_name: user.login,
        password_hash: hashPassword(user.password),
        user_name: user.name,
        user_type: user.type === 'system' ? 1 : 0,
        status: 1,
      })
      .executeTakeFirstOrThrow();
    return String(insertId);
  });
}

/** Throws a ToolError for a password that the proxy would not take or that is too short. */
function checkPassword(password: string): void {
  if (password.length < shortestPassword) {
    throw new ToolError(`The password needs at least ${String(shortestPassword)} characters`);
  }
  if (Buffer.byteLength(password) > maxPasswordBytes) {
    throw new ToolError(`The password is longer than ${String(maxPasswordBytes)} bytes`);
  }
}

function checkUser({ login, name, password }: NewUser): void {
  if (login === '' || login.trim() !== login) {
    throw new ToolError('--login: must not be empty, and not begin or end with a space');
  }
  for (const [option, text] of Object.entries({ login, name })) {
    if (!text.isWellFormed() || /\p{Cc}/u.test(text)) {
      throw new ToolError(`--${option}: must be text without control characters`);
    }
    if (Array.from(text).length > maxNameCharacters) {
      throw new ToolError(`--${option}: must have at most ${String(maxNameCharacters)} characters`);
    }
  }
  checkPassword(password);
}
