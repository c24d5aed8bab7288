import { execFileSync } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { engineOfVersion, type ServerEngine, serverNames } from './server-engine.ts';

/** Where Linux distributions put servers; the PATH of a normal user often leaves it out. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/mysql/bin'];

/**
 * The server program for an engine: TEST_MYSQLD or TEST_MARIADBD, else `mysqld` or `mariadbd` on the PATH.
 * Each is asked for its version, because `mysqld` is MariaDB on many systems.
 */
export function findServerProgram(
  engine: ServerEngine,
  env: NodeJS.ProcessEnv
): { program: string } | { reason: string } {
  const setting = engine === 'mysql' ? 'TEST_MYSQLD' : 'TEST_MARIADBD';
  const candidates =
    env[setting] === undefined ? programsOnPath(['mysqld', 'mariadbd'], env['PATH'] ?? '') : [env[setting]];
  const others: string[] = [];
  for (const program of candidates) {
    const found = engineOfProgram(program);
    if (found === engine) {
      return { program };
    }
    others.push(`${program} ${found === undefined ? 'does not run' : `is ${serverNames[found]}`}`);
  }
  const settings = engine === 'mysql' ? 'TEST_MYSQL_URL or TEST_MYSQLD' : 'TEST_MARIADB_URL or TEST_MARIADBD';
  const seen = others.length === 0 ? '' : ` (${others.join('; ')})`;
  return { reason: `no ${serverNames[engine]} server found${seen}; install one, or set ${settings}` };
}

/** The full paths of these programs, in the order of the PATH and then of the system's own folders; each once. */
export function programsOnPath(names: string[], path: string): string[] {
  const folders = new Set([...path.split(delimiter), ...systemFolders].filter((folder) => folder !== ''));
  const programs = [...folders].flatMap((folder) => names.map((name) => join(folder, name))).filter(isExecutable);
  const known = programs.map((program) => realpathSync(program));
  return programs.filter((_, index) => known.indexOf(known[index] ?? '') === index);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function engineOfProgram(program: string): ServerEngine | undefined {
  try {
    return engineOfVersion(execFileSync(program, ['--no-defaults', '--version'], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}
