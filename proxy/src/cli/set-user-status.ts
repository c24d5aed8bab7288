import { sql } from 'kysely';
import { findCandidates, findUser, maxCandidates, type UserRow } from '../auth/users.ts';
import type { Database } from '../database/open-database.ts';
import type { MetricsTables } from '../database/tables.ts';
import { requireUsers } from './require-users.ts';
import { ToolError } from './run-tool.ts';
import { quoteText } from './show-text.ts';
import { describeStatus, isDeleted } from './user-status.ts';

/** Whose status is to be set: the one user with exactly this login name; `id` says which of several. */
export interface ChosenUser {
  login: string;
  id: string | undefined;
}

export interface StatusChange {
  id: string;
  /** What the status was, in words. */
  before: string;
  /** Whether it was another one. */
  changed: boolean;
}

/** Sets a user's status to 0 (disabled) or 1 (normal). Throws a ToolError where it is not certain who is meant. */
export async function setUserStatus(
  database: Database<MetricsTables>,
  chosen: ChosenUser,
  status: 0 | 1
): Promise<StatusChange> {
  await requireUsers(database);
  const user = chosen.id === undefined ? await onlyUser(database, chosen.login) : await userWithId(database, chosen);
  const { id } = user;
  if (isDeleted(user.status) && chosen.id === undefined) {
    throw new ToolError(
      `The user ${quoteText(chosen.login)} with id ${id} is deleted; nothing was changed. ` +
        `If he is meant all the same, add --id ${id}`
    );
  }
  const before = describeStatus(user.status);
  if (before === describeStatus(status)) {
    return { id, before, changed: false };
  }
  const { numUpdatedRows } = await database.kysely
    .updateTable('users')
    .set({ status })
    // As a number: compared with text, MySQL would compare both as float64.
    .where('id', '=', sql<string>`${BigInt(id)}`)
    // Only what was judged above: the application may have deleted him meanwhile.
    .where('status', user.status === null ? 'is' : '=', user.status as number | null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) {
    throw new ToolError(`The user with id ${id} was changed by someone else just now; nothing was changed here`);
  }
  return { id, before, changed: true };
}

async function userWithId(database: Database<MetricsTables>, { login, id = '' }: ChosenUser): Promise<UserRow> {
  if (!/^(0|-?[1-9]\d{0,19})$/.test(id)) {
    throw new ToolError('--id: must be a whole number, as npm run users -- list shows it');
  }
  const user = await findUser(database, id);
  if (user?.login_name !== login) {
    throw new ToolError(`There is no user with id ${id} and the login name ${quoteText(login)}; nothing was changed`);
  }
  return user;
}

/** As sign-in finds him: candidates by the database, then byte for byte. */
async function onlyUser(database: Database<MetricsTables>, login: string): Promise<UserRow> {
  const candidates = await findCandidates(database, login);
  const [user, ...others] = candidates.filter(({ login_name }) => login_name === login);
  if (candidates.length > maxCandidates) {
    throw new ToolError(
      `More than ${String(maxCandidates)} login names are the same as ${quoteText(login)} to the database; ` +
        'nothing was changed. Choose one with --id'
    );
  }
  if (user === undefined) {
    const alike = candidates.map(({ login_name }) => quoteText(login_name)).join(', ');
    const hint = alike === '' ? '' : ` (the database has ${alike}: upper and lower case, accents and spaces count)`;
    throw new ToolError(`There is no user with the login name ${quoteText(login)}${hint}; nothing was changed`);
  }
  if (others.length > 0) {
    const ids = [user, ...others].map(({ id, status }) => `${id} (${describeStatus(status)})`).join(', ');
    throw new ToolError(
      `Several users have the login name ${quoteText(login)}, so none of them can sign in: ids ${ids}. ` +
        'Nothing was changed; choose one with --id'
    );
  }
  return user;
}
