import { ApiError } from '../errors.ts';

// MySQL 3024 and MariaDB 1969: the statement's time limit. 1317: KILL QUERY.
const stoppedStatement = new Set([3024, 1969, 1317]);

// Access denied (1044, 1045, 1142, 1143), unknown database, table or column (1049, 1146, 1054), too many connections
// (1040, 1203, 1226), shutdown (1053), read-only server (1290, 1792, 1836), lock wait and deadlock (1205, 1213), only
// encrypted connections (3159).
const unusableServer = new Set([
  1021, 1030, 1047, 1114, 1158, 1159, 1160, 1161, 1040, 1044, 1045, 1049, 1053, 1054, 1142, 1143, 1146, 1203, 1205,
  1213, 1226, 1290, 1792, 1836, 1927, 3159, 3169,
]);
// Deadlock, and a row that was changed since the transaction began (MariaDB's innodb_snapshot_isolation).
const conflict = new Set([1213, 1020]);
const readOnlyServer = new Set([1290, 1792, 1836]);

const lostCodes = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ER_SERVER_SHUTDOWN',
]);

interface DriverError {
  code?: unknown;
  errno?: unknown;
  fatal?: unknown;
}

/** Whether the connection must not be used again after this error of the driver. */
export function isLostConnection(error: unknown): boolean {
  const { code, errno, fatal } = asDriverError(error);
  return fatal === true || lostCodes.has(String(code)) || readOnlyServer.has(Number(errno));
}

/** Whether the server refused a transaction only because of what another one did at that moment. */
export function isConflict(error: unknown): boolean {
  return conflict.has(Number(asDriverError(error).errno));
}

/**
 * What a caller hears of a database failure: 504 for a statement that ran into its limit, 503 for a database that
 * can't answer now, 500 for a statement it doesn't understand. Never a 401 or 403, which would sign people out.
 */
export function databaseError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  const { code, errno } = asDriverError(error);
  if (stoppedStatement.has(Number(errno))) {
    return new ApiError(
      'query_timeout',
      'The database stopped the query at its time limit: narrow the range or the filters',
      {
        cause: error,
      }
    );
  }
  if (isLostConnection(error) || unusableServer.has(Number(errno)) || isSqliteFailure(code)) {
    return new ApiError('unavailable', 'The database is not available', {
      cause: error,
      headers: { 'Retry-After': '5' },
    });
  }
  return new ApiError('internal', 'Something went wrong', { cause: error });
}

function isSqliteFailure(code: unknown): boolean {
  return typeof code === 'string' && /^SQLITE_(BUSY|CANTOPEN|IOERR|CORRUPT|FULL|NOTADB|READONLY|LOCKED)/.test(code);
}

function asDriverError(error: unknown): DriverError {
  return typeof error === 'object' && error !== null ? error : {};
}
