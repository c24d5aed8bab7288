import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';

const source = join(import.meta.dirname, '..', '..', '..', 'compose', 'nginx');

export interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface RunningNginx {
  url: string;
  httpPort: number;
  /** Where its certificate is, which was made at start. */
  tls: string;
  ask: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  readAccessLog: () => string;
  stop: () => Promise<void>;
}

/** TEST_NGINX, or `nginx`, where it is recent enough for our nginx.conf; else why not. */
export function findNginx(env: NodeJS.ProcessEnv): { program: string } | { reason: string } {
  const program = env['TEST_NGINX'] ?? 'nginx';
  const { status, stderr } = spawnSync(program, ['-v'], { encoding: 'utf8', env });
  const [, major, minor, patch] = /nginx\/(\d+)\.(\d+)\.(\d+)/.exec(stderr) ?? [];
  // The first one whose upstreams look up names again (`resolve`) is 1.27.3.
  const isRecent = Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch) >= 1_027_003;
  return status === 0 && isRecent
    ? { program }
    : { reason: 'no nginx from 1.27.3 on found; install one, or set TEST_NGINX' };
}

/**
 * Runs nginx with our own nginx.conf and settings script; only what a container has elsewhere is changed: folders, ports,
 * and where the upstreams are.
 */
export async function startNginx(
  program: string,
  environment: Record<string, string>,
  upstreamPort: number
): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'ai-metrics-nginx-'));
  const [httpPort, healthPort, httpsPort] = [await freePort(), await freePort(), await freePort()];
  const accessLog = join(folder, 'access.log');
  mkdirSync(join(folder, 'tls'));
  mkdirSync(join(folder, 'cache'));
  writeFileSync(join(folder, 'mime.types'), 'types { text/html html; }\n');
  const config = readFileSync(join(source, 'nginx.conf'), 'utf8')
    .replaceAll('/etc/nginx/', `${folder}/`)
    .replaceAll('/run/', `${folder}/`)
    .replaceAll('/var/cache/nginx/', `${folder}/cache/`)
    .replace('/dev/stdout', accessLog)
    .replace('listen 8080', `listen 127.0.0.1:${String(httpPort)}`)
    .replace('listen 127.0.0.1:8081', `listen 127.0.0.1:${String(healthPort)}`)
    .replace('listen 8443', `listen 127.0.0.1:${String(httpsPort)}`)
    .replaceAll(/server (grafana|proxy):\d+ resolve/g, `server 127.0.0.1:${String(upstreamPort)}`);
  writeFileSync(join(folder, 'nginx.conf'), config);
  execFileSync(join(source, '40-settings.sh'), {
    env: {
      PATH: process.env['PATH'],
      TLS_FOLDER: join(folder, 'tls'),
      SETTINGS_FILE: join(folder, 'settings.conf'),
      ...environment,
    },
    stdio: 'pipe',
  });
  // As root, workers would be somebody else, who may not look into the folder.
  const options = ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', 'daemon off; user root;'];
  execFileSync(program, [...options, '-t'], { stdio: 'pipe' });
  const child = spawn(program, options, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  await untilListening(httpsPort);
  const ask: RunningNginx['ask'] = (path, headers = {}) =>
    new Promise((resolve, reject) => {
      const ca = readFileSync(join(folder, 'tls', 'certificate.pem'));
      const asked = request({ host: 'localhost', port: httpsPort, path, headers, ca, agent: false }, (incoming) => {
        buffer(incoming).then(
          (body) => resolve({ status: incoming.statusCode, headers: incoming.headers, body }),
          reject
        );
      });
      asked.on('error', reject);
      asked.end();
    });
  return {
    url: `https://localhost:${String(httpsPort)}`,
    httpPort,
    tls: join(folder, 'tls'),
    ask,
    readAccessLog: () => (existsSync(accessLog) ? readFileSync(accessLog, 'utf8') : ''),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.destroy();
      return;
    } catch (error) {
      if (tries === 100) {
        throw error;
      }
      await setTimeout(50);
    }
  }
}
