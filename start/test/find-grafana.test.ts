import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findGrafana } from '../src/find-grafana.ts';
import { NoGrafana, WrongSetting } from '../src/no-grafana.ts';
import { put, temporaryFolder } from './support/temporary-folder.ts';

const root = temporaryFolder();
const at = (path: string) => join(root, path);

interface Layout {
  name: string;
  files: string[];
  links?: Record<string, string>;
  env: Record<string, string>;
  finds: { program: string; home: string };
}

const homeFiles = (home: string) => [`${home}/conf/defaults.ini`, `${home}/public/index.html`];

const layouts: Layout[] = [
  {
    name: 'an archive, by GRAFANA_HOME',
    files: ['a/bin/grafana', ...homeFiles('a')],
    env: { GRAFANA_HOME: at('a'), PATH: '' },
    finds: { program: 'a/bin/grafana', home: 'a' },
  },
  {
    name: 'an archive, by the PATH',
    files: ['b/bin/grafana', ...homeFiles('b')],
    env: { PATH: [at('nothing'), at('b/bin')].join(':') },
    finds: { program: 'b/bin/grafana', home: 'b' },
  },
  {
    name: 'a link on the PATH into an archive',
    files: ['c/opt/grafana/bin/grafana', ...homeFiles('c/opt/grafana')],
    links: { 'c/bin/grafana': 'c/opt/grafana/bin/grafana' },
    env: { GRAFANA_HOME: '', PATH: at('c/bin') },
    finds: { program: 'c/opt/grafana/bin/grafana', home: 'c/opt/grafana' },
  },
  {
    name: 'a folder that is made of links',
    files: ['d/built/grafana', ...homeFiles('d/home')],
    links: { 'd/home/bin/grafana': 'd/built/grafana' },
    env: { PATH: at('d/home/bin') },
    finds: { program: 'd/home/bin/grafana', home: 'd/home' },
  },
  {
    name: "a Linux package: its own program, not the script that reads the system's settings",
    files: ['e/usr/sbin/grafana', 'e/usr/share/grafana/bin/grafana', ...homeFiles('e/usr/share/grafana')],
    env: { PATH: at('e/usr/sbin') },
    finds: { program: 'e/usr/share/grafana/bin/grafana', home: 'e/usr/share/grafana' },
  },
  {
    name: 'Homebrew, by the PATH',
    files: ['f/Cellar/grafana/12.4.0/bin/grafana', ...homeFiles('f/Cellar/grafana/12.4.0/share/grafana')],
    links: { 'f/bin/grafana': 'f/Cellar/grafana/12.4.0/bin/grafana' },
    env: { PATH: at('f/bin') },
    finds: { program: 'f/bin/grafana', home: 'f/Cellar/grafana/12.4.0/share/grafana' },
  },
  {
    name: 'Homebrew, by GRAFANA_HOME',
    files: ['g/bin/grafana', ...homeFiles('g/share/grafana')],
    env: { GRAFANA_HOME: at('g/share/grafana'), PATH: '' },
    finds: { program: 'g/bin/grafana', home: 'g/share/grafana' },
  },
  {
    name: 'GRAFANA_HOME before the PATH',
    files: ['h/one/bin/grafana', ...homeFiles('h/one'), 'h/two/bin/grafana', ...homeFiles('h/two')],
    env: { GRAFANA_HOME: at('h/one'), PATH: at('h/two/bin') },
    finds: { program: 'h/one/bin/grafana', home: 'h/one' },
  },
];

describe('findGrafana', () => {
  it.each(layouts)('finds $name', ({ files, links = {}, env, finds }) => {
    for (const file of files) {
      put(at(file));
    }
    for (const [link, target] of Object.entries(links)) {
      mkdirSync(dirname(at(link)), { recursive: true });
      symlinkSync(at(target), at(link));
    }
    expect(findGrafana(env, 'linux')).toEqual({ program: at(finds.program), home: at(finds.home) });
  });

  it('finds a program for Windows', () => {
    put(at('w/bin/grafana.exe'));
    homeFiles('w').forEach((file) => put(at(file)));
    expect(findGrafana({ GRAFANA_HOME: at('w') }, 'win32')).toEqual({
      program: at('w/bin/grafana.exe'),
      home: at('w'),
    });
  });

  it('says what GRAFANA_HOME lacks', () => {
    put(at('wrong/conf/defaults.ini'));
    const find = () => findGrafana({ GRAFANA_HOME: at('wrong') }, 'linux');
    expect(find).toThrow(WrongSetting);
    expect(find).toThrow(
      `GRAFANA_HOME: ${at('wrong')} is not the folder of a Grafana: no bin/grafana, no public in it`
    );
  });

  it('says how to name one where there is none', () => {
    const find = () => findGrafana({ PATH: at('nothing') }, 'linux');
    expect(find).toThrow(NoGrafana);
    expect(find).toThrow('set GRAFANA_HOME to the folder of a Grafana 12.4, or put its program grafana on the PATH');
  });

  it('says what is not there beside a program on the PATH', () => {
    put(at('lonely/bin/grafana'));
    const find = () => findGrafana({ PATH: at('lonely/bin') }, 'linux');
    expect(find).toThrow(NoGrafana);
    expect(find).toThrow('its folder with conf/defaults.ini and public was not found; name it by GRAFANA_HOME');
  });
});
