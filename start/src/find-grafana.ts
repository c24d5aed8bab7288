import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { type Environment, valueOf } from './environment.ts';
import { NoGrafana, WrongSetting } from './no-grafana.ts';

export interface Installation {
  program: string;
  /** Grafana's "homepath": what it ships with, `conf/` and `public/`. */
  home: string;
}

/** What makes a folder Grafana's home. */
const homeParts = [join('conf', 'defaults.ini'), 'public'];

/** The Grafana of GRAFANA_HOME, or else the one on the PATH. */
export function findGrafana(env: Environment, platform: NodeJS.Platform): Installation {
  const fileName = platform === 'win32' ? 'grafana.exe' : 'grafana';
  const home = valueOf(env, 'GRAFANA_HOME');
  return home === undefined ? findOnPath(env['PATH'] ?? '', fileName) : findInHome(resolve(home), fileName);
}

function findInHome(home: string, fileName: string): Installation {
  const program = programsOf(home, fileName).find((path) => existsSync(path));
  const missing = [...(program === undefined ? [join('bin', fileName)] : []), ...missingParts(home)];
  if (program === undefined || missing.length > 0) {
    throw new WrongSetting(
      `GRAFANA_HOME: ${home} is not the folder of a Grafana: no ${missing.join(', no ')} in it. ` +
        'It is the folder that an archive of Grafana unpacks to, or /usr/share/grafana where it came as a package'
    );
  }
  return { program, home };
}

function findOnPath(path: string, fileName: string): Installation {
  const found = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, fileName))
    .find((file) => existsSync(file));
  if (found === undefined) {
    throw new NoGrafana(
      'No Grafana was found: set GRAFANA_HOME to the folder of a Grafana 12.4, or put its program grafana on the PATH, ' +
        'and npm start shows all this in it'
    );
  }
  const home = [found, realpathSync(found)].flatMap(homesOf).find((folder) => missingParts(folder).length === 0);
  if (home === undefined) {
    throw new NoGrafana(
      `Grafana isn't started: ${found} is on the PATH, but its folder with ${homeParts.join(' and ')} was not found; ` +
        'name it by GRAFANA_HOME'
    );
  }
  // What packages put on the PATH is a script that insists on the settings in /etc/grafana.
  const own = join(home, 'bin', fileName);
  return { program: existsSync(own) ? own : found, home };
}

/** In an archive the program is below its home; Homebrew puts them side by side. */
function programsOf(home: string, fileName: string): string[] {
  return [join(home, 'bin', fileName), join(home, '..', '..', 'bin', fileName)];
}

/** The other way round: from an archive, from Homebrew, from a package for Linux (/usr/sbin, /usr/share). */
function homesOf(program: string): string[] {
  const folder = dirname(program);
  return [join(folder, '..'), join(folder, '..', 'share', 'grafana')];
}

function missingParts(home: string): string[] {
  return homeParts.filter((part) => !existsSync(join(home, part)));
}
