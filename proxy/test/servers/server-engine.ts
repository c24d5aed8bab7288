/** The engines that are servers of their own; SQLite lives in the process that uses it. */
export type ServerEngine = 'mysql' | 'mariadb';

export const serverNames: Record<ServerEngine, string> = { mysql: 'MySQL', mariadb: 'MariaDB' };

/** What the tests are given for an engine: a server's address, or why there is none. */
export type ServerState = { url: string; version: string } | { url: null; reason: string };

/** Tells the engine from the text of `SELECT VERSION()` or `mysqld --version`: both programs can have either name. */
export function engineOfVersion(version: string): ServerEngine {
  return /mariadb/i.test(version) ? 'mariadb' : 'mysql';
}
