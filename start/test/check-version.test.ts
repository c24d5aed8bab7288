import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkVersion } from '../src/check-version.ts';
import { NoGrafana } from '../src/no-grafana.ts';
import { put, temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();

beforeAll(() => put(join(folder, 'src', 'plugin.json'), '{"dependencies":{"grafanaDependency":">=12.4.0"}}'));

function programThatSays(text: string) {
  const program = join(folder, 'grafana');
  put(program, `#!/bin/sh\necho '${text}'\n`, 0o755);
  return { program, home: folder };
}

describe('checkVersion', () => {
  it.each([
    ['grafana version 12.4.0', { version: '12.4.0' }],
    ['grafana version 12.10.1+security-01', { version: '12.10.1' }],
    [
      'grafana version 13.0.0-pre',
      { version: '13.0.0', warning: 'Grafana 13.0.0 is newer than what this was tested with, 12.x' },
    ],
  ])('takes %s', async (text, answer) => {
    expect(await checkVersion(programThatSays(text), folder)).toEqual(answer);
  });

  it.each([
    ['grafana version 12.3.9', 'is version 12.3.9, and the plugin needs 12.4.0'],
    ['Version 9.5.21 (commit: 1, branch: HEAD)', 'is version 9.5.21, and the plugin needs 12.4.0'],
    ['something else', 'does not answer with a version'],
  ])('refuses %s', async (text, reason) => {
    const check = checkVersion(programThatSays(text), folder);
    await expect(check).rejects.toThrow(NoGrafana);
    await expect(check).rejects.toThrow(reason);
  });

  it('refuses what is no program', async () => {
    const program = join(folder, 'text');
    put(program, 'no program');
    await expect(checkVersion({ program, home: folder }, folder)).rejects.toThrow('does not answer with a version');
  });
});
