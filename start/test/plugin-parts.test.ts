import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { discard, isOutdated, markBuilt, partsOf } from '../src/plugin-parts.ts';
import { changedAt, putBuilt, putRepository } from './support/fake-repository.ts';
import { put, temporaryFolder } from './support/temporary-folder.ts';

const root = temporaryFolder();
const plugin = join(root, 'plugin');
const parts = () => partsOf(plugin, process.platform, process.arch);
const outdated = () =>
  parts()
    .filter(isOutdated)
    .map(({ name }) => name);

beforeEach(() => {
  rmSync(plugin, { recursive: true, force: true });
  putRepository(root);
  putBuilt(root);
});

// Later than every file of this test.
const later = 4_000_000_000;

describe('partsOf', () => {
  it.each([
    ['linux', 'x64', 'gpx_ai_metrics_linux_amd64'],
    ['linux', 'arm64', 'gpx_ai_metrics_linux_arm64'],
    ['darwin', 'arm64', 'gpx_ai_metrics_darwin_arm64'],
    ['win32', 'x64', 'gpx_ai_metrics_windows_amd64.exe'],
  ] as const)("names the back end for %s on %s as Grafana's SDK does", (platform, architecture, name) => {
    const outputs = partsOf('plugin', platform, architecture).map(({ output }) => output);
    expect(outputs).toEqual([join('plugin', 'dist', 'module.js'), join('plugin', 'dist', name)]);
  });
});

describe('isOutdated', () => {
  it('is false where all is newer than its sources', () => {
    expect(outdated()).toEqual([]);
  });

  it.each([
    [join('src', 'module.ts'), ['front end']],
    [join('.config', 'webpack.ts'), ['front end']],
    [join('..', 'dashboards', 'overview.json'), ['front end']],
    [join('pkg', 'main.go'), ['back end']],
    ['go.mod', ['back end']],
    [join('src', 'plugin.json'), ['front end', 'back end']],
    ['package.json', ['front end', 'back end']],
    // Something was removed from it.
    ['pkg', ['back end']],
  ])('is true for what is made of %s when that changed', (source, names) => {
    changedAt(join(plugin, source), later);
    expect(outdated()).toEqual(names);
  });

  it('is true where nothing was built, or a build was discarded', () => {
    rmSync(join(plugin, 'dist'), { recursive: true });
    expect(outdated()).toEqual(['front end', 'back end']);
    putBuilt(root);
    parts().forEach(discard);
    expect(outdated()).toEqual(['front end', 'back end']);
  });

  it('is true after a source changed while it was being built', () => {
    parts().forEach((part) => markBuilt(part, (later - 1) * 1000));
    expect(outdated()).toEqual([]);
    changedAt(join(plugin, 'pkg', 'main.go'), later);
    expect(outdated()).toEqual(['back end']);
  });

  it('is true for a file that is new', () => {
    parts().forEach(({ output }) => changedAt(output, 1_000_000_000));
    parts().forEach((part) => markBuilt(part, later * 1000));
    put(join(plugin, 'src', 'new.ts'));
    changedAt(join(plugin, 'src', 'new.ts'), later + 1);
    expect(outdated()).toEqual(['front end']);
  });
});
