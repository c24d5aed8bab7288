// What the server says with these names tables, columns, accounts and limits only: without it nobody could put it right.
// Access denied (1044, 1045, 1142, 1143, 1227), connections and shutdown (1040, 1053, 1203, 1226), unknown or missing
// names (1049, 1054, 1146, 1364), full or broken storage (1021, 1030, 1114, 1194), lock waits and limits (1205, 1213,
// 1317, 1969, 3024), read-only servers (1290, 1792, 1836), only encrypted connections (3159), values that a column refuses
// (1048, 1264, 1406).
const namesOnly = new Set([
  1021, 1030, 1040, 1044, 1045, 1048, 1049, 1053, 1054, 1114, 1142, 1143, 1146, 1194, 1203, 1205, 1213, 1226, 1227,
  1264, 1290, 1317, 1364, 1406, 1792, 1836, 1969, 3024, 3159,
]);

/**
 * What the log gets of an error. Drivers add the whole statement with its values, and what a server says may repeat a
 * part of it (`Duplicate entry '…'`): only these fields are kept, and the server's text only where it holds no values.
 */
export function describeCause(cause: unknown): unknown {
  if (!(cause instanceof Error)) {
    return typeof cause === 'string' || cause === undefined ? cause : typeof cause;
  }
  const { code, errno } = cause as { code?: unknown; errno?: unknown };
  const message = loggableMessage(cause);
  return {
    name: cause.name,
    message,
    code,
    errno,
    // A stack begins with the message.
    stack: cause.stack?.replaceAll(cause.message, () => message),
    cause: describeCause(cause.cause),
  };
}

function loggableMessage(error: Error): string {
  // Only what the server answered has one: mysql2 makes it the error's message, too.
  const { sqlMessage, errno } = error as { sqlMessage?: unknown; errno?: unknown };
  return sqlMessage === undefined || namesOnly.has(Number(errno))
    ? error.message
    : `The database refused the statement; its words are not logged, as they may repeat values`;
}
