import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from '../../src/plugin-parts.ts';
import { put } from './temporary-folder.ts';

const writes = (file: string) => `node -e "fs.mkdirSync('dist',{recursive:true});fs.writeFileSync('${file}','')"`;

/** Puts the files that `npm start` looks at into a folder; the plugin's scripts build empty files. */
export function putRepository(folder: string): void {
  const plugin = join(folder, 'plugin');
  const outputs = partsOf('', process.platform, process.arch).map(({ output }) => output);
  const [frontEnd = '', backEnd = ''] = outputs;
  put(join(plugin, 'src', 'plugin.json'), '{"dependencies":{"grafanaDependency":">=12.4.0"}}');
  put(join(plugin, 'src', 'module.ts'));
  put(join(plugin, 'pkg', 'main.go'));
  put(join(plugin, '.config', 'webpack.ts'));
  put(join(folder, 'dashboards', 'overview.json'), '{}');
  put(join(plugin, 'go.mod'), 'module example\n\ngo 1.26.5\n');
  for (const name of ['go.sum', 'Magefile.go', 'webpack.config.ts', 'CHANGELOG.md', 'LICENSE']) {
    put(join(plugin, name));
  }
  const scripts = { build: writes(frontEnd), 'build:backend': writes(backEnd) };
  put(join(folder, 'provisioning', 'alerting', 'cost.yaml'), "expression: '50' # AIMETRICS_ALERT_COST\n");
  put(join(plugin, 'package.json'), JSON.stringify({ name: 'fake', version: '1.0.0', scripts }));
}

/** Puts what a build makes, as new as can be. */
export function putBuilt(folder: string): void {
  for (const { output } of partsOf(join(folder, 'plugin'), process.platform, process.arch)) {
    put(output);
  }
}

/** Sets when a file or folder changed last, in seconds since 1970. */
export function changedAt(path: string, seconds: number): void {
  utimesSync(path, seconds, seconds);
}
