import { join } from 'node:path';
import { put } from './temporary-folder.ts';

/**
 * A program that does what `npm start` wants of Grafana: tells its version, keeps its environment in a file, starts a
 * process like a plugin's, answers at /api/health, and on SIGTERM asks once more whether the proxy is there.
 */
const program = (version: string) => `#!/usr/bin/env node
const { spawn } = require('node:child_process');
const { writeFileSync, appendFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { env } = process;
if (process.argv[2] === '--version') {
  console.log('grafana version ${version}');
  process.exit(0);
}
writeFileSync(env.GF_PATHS_DATA + '/started.json', JSON.stringify({ arguments: process.argv.slice(2), env }));
if (env.FAKE_GRAFANA === 'fails') {
  console.error('Error: the database is locked');
  process.exit(1);
}
const plugin = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync(env.GF_PATHS_DATA + '/processes.json', JSON.stringify({ grafana: process.pid, plugin: plugin.pid }));
const server = createServer((request, response) => response.end('{"database":"ok"}'));
server.listen(Number(env.GF_SERVER_HTTP_PORT), env.GF_SERVER_HTTP_ADDR);
process.on('SIGTERM', async () => {
  if (env.FAKE_GRAFANA === 'hangs') {
    return;
  }
  const { status } = await fetch(env.AIMETRICS_PROXY_URL + '/health');
  appendFileSync(env.GF_PATHS_LOGS + '/grafana.log', 'stopped while the proxy answers ' + status + '\\n');
  process.exit(0);
});
`;

/** Puts a Grafana into a folder, as its archive unpacks. */
export function putGrafana(home: string, version = '12.4.0'): void {
  put(join(home, 'bin', 'grafana'), program(version), 0o755);
  put(join(home, 'conf', 'defaults.ini'));
  put(join(home, 'public', 'views', 'index.html'));
}
