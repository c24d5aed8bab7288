import { ConfigError } from '../config.ts';
import { databaseError } from '../database/errors.ts';
import { type Database, openDatabase, type OpenDatabaseOptions } from '../database/open-database.ts';
import { ApiError } from '../errors.ts';

/** Why a tool can't do what it was asked: shown as it is, without a stack. */
export class ToolError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolError';
  }
}

/** Runs a tool; when it fails, says why on standard error and ends the program with 1. */
export async function runTool(tool: () => Promise<void>): Promise<void> {
  try {
    await tool();
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
}

/** Opens a database for one tool: few connections, and statements may take long. */
export async function withDatabase<Tables, Result>(
  url: string,
  use: (database: Database<Tables>) => Promise<Result>,
  onConnection?: OpenDatabaseOptions['onConnection']
): Promise<Result> {
  const database = openToolDatabase<Tables>(url, onConnection);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

function openToolDatabase<Tables>(url: string, onConnection: OpenDatabaseOptions['onConnection']): Database<Tables> {
  try {
    return openDatabase<Tables>(url, { poolSize: 2, statementTimeoutSeconds: 3600, onConnection });
  } catch (error) {
    throw new ToolError(messageOf(error), { cause: error });
  }
}

/** What a person is told of a failure. */
export function describeFailure(error: unknown): string {
  if (error instanceof ToolError || error instanceof ConfigError || isArgumentError(error)) {
    return error.message;
  }
  const failure = databaseError(error);
  if (failure.code !== 'internal') {
    return failure.cause === undefined ? failure.message : `${failure.message}: ${messageOf(failure.cause)}`;
  }
  return isDriverError(error) ? `The database refused: ${error.message}` : stackOf(error);
}

function isArgumentError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function isDriverError(error: unknown): error is Error {
  return error instanceof Error && ('errno' in error || ('code' in error && String(error.code).startsWith('SQLITE')));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message)
    : String(error instanceof ApiError ? error.cause : error);
}
