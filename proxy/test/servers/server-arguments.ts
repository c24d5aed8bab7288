import { dirname, join } from 'node:path';
import { programsOnPath } from './find-program.ts';
import type { ServerEngine } from './server-engine.ts';

interface ServerPlace {
  program: string;
  /** An empty folder of the server's own; its data goes to `data` in it. */
  folder: string;
}

/** A server that loses everything at its end needs no safety: nothing is flushed, mirrored or logged. */
const common = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-buffer-pool-size=64M',
  '--performance-schema=OFF',
  '--skip-log-bin',
];

const perEngine: Record<ServerEngine, string[]> = {
  mysql: [
    '--innodb-flush-method=O_DIRECT_NO_FSYNC',
    '--innodb-redo-log-capacity=32M',
    '--auto-generate-certs=OFF',
    '--loose-mysqlx=OFF',
    '--secure-file-priv=NULL',
    // A set INFORMATION_SCHEMA cache is up to a day old: a table made by a test would seem to be empty.
    '--information-schema-stats-expiry=0',
  ],
  mariadb: ['--innodb-flush-method=nosync', '--innodb-log-file-size=32M'],
};

/** Both servers refuse to run as root unless told so. */
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];

/** The command that fills the data folder. */
export function initializeCommand(engine: ServerEngine, { program, folder }: ServerPlace): [string, ...string[]] {
  const data = join(folder, 'data');
  if (engine === 'mysql') {
    return [
      program,
      '--no-defaults',
      '--initialize-insecure',
      ...asRoot,
      `--datadir=${data}`,
      ...serverSettings(engine),
    ];
  }
  return [
    installerBeside(program),
    '--no-defaults',
    ...asRoot,
    `--basedir=${dirname(dirname(program))}`,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ];
}

/** The arguments with which the server answers on 127.0.0.1 only; `extra` wins over the rest. */
export function serverArguments(engine: ServerEngine, folder: string, port: number, extra: string[]): string[] {
  return [
    '--no-defaults',
    ...asRoot,
    `--datadir=${join(folder, 'data')}`,
    `--init-file=${join(folder, 'accounts.sql')}`,
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--tmpdir=${folder}`,
    '--bind-address=127.0.0.1',
    `--port=${String(port)}`,
    '--skip-name-resolve',
    '--max-connections=300',
    ...serverSettings(engine),
    ...extra,
  ];
}

function serverSettings(engine: ServerEngine): string[] {
  return [...common, ...perEngine[engine]];
}

function installerBeside(program: string): string {
  const base = dirname(dirname(program));
  const path = [join(base, 'bin'), join(base, 'scripts'), process.env['PATH'] ?? ''].join(':');
  const [installer] = programsOnPath(['mariadb-install-db', 'mysql_install_db'], path);
  if (installer === undefined) {
    throw new Error(`mariadb-install-db, which belongs to ${program}, was not found`);
  }
  return installer;
}
