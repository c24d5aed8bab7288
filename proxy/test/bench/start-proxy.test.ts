import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeFlags } from '../../bench/start-proxy.ts';

const root = join(import.meta.dirname, '..', '..', '..');

it('startProxy runs Node with the flags that a proxy has in earnest', async () => {
  expect(await readFile(join(root, 'package.json'), 'utf8')).toContain(
    `"start": "node ${nodeFlags.join(' ')} --import=./proxy/compile-cache.mjs start/src/main.ts"`
  );
  const flags = nodeFlags.map((flag) => `"${flag}", `).join('');
  expect(await readFile(join(root, 'proxy', 'Dockerfile'), 'utf8')).toContain(
    `CMD ["node", ${flags}"proxy/src/main.ts"]`
  );
});
