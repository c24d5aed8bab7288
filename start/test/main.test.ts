import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Run, runCommand, runProgram } from '../../proxy/test/support/run-program.ts';
import { putGrafana } from './support/fake-grafana.ts';
import { putBuilt, putRepository } from './support/fake-repository.ts';
import { put, temporaryFolder } from './support/temporary-folder.ts';
import { freePort } from '../../proxy/test/support/free-port.ts';

const mainPath = join(import.meta.dirname, '..', 'src', 'main.ts');
const repository = temporaryFolder();
const at = (...names: string[]) => join(repository, ...names);
const grafanaFolder = at('data', 'grafana-demo');

// Node only: neither Go nor a Grafana that this machine may have.
const onlyNode = dirname(process.execPath);

const startedSchema = z.object({ arguments: z.array(z.string()), env: z.record(z.string(), z.string()) });
const processesSchema = z.object({ grafana: z.number(), plugin: z.number() });
const read = (name: string): unknown => JSON.parse(readFileSync(join(grafanaFolder, name), 'utf8'));
const processes = () => processesSchema.parse(read('processes.json'));
const grafanaLog = () => readFileSync(join(grafanaFolder, 'log', 'grafana.log'), 'utf8');

let current: Run;
let port: string;

beforeAll(() => {
  putRepository(repository);
  putGrafana(at('grafana'));
});

beforeEach(async () => {
  putBuilt(repository);
  port = String(await freePort());
});

afterEach(async () => {
  current.child.kill('SIGTERM');
  await current.exitCode;
  rmSync(grafanaFolder, { recursive: true, force: true });
});

describe('npm start', () => {
  it('without a Grafana is the proxy, and says how to get one', async () => {
    current = runProgram(mainPath, repository, { PATH: onlyNode });
    await current.seen(/AI Metrics is running at http:/);
    await current.seen(/No Grafana was found: set GRAFANA_HOME/);
    current.child.kill('SIGTERM');
    expect(await current.exitCode).toBe(0);
  });

  it('runs Grafana with the address of the proxy, and tells of both once they answer', async () => {
    // Where somebody has copied the plugin there.
    mkdirSync(join(grafanaFolder, 'plugins', 'aitoys-aimetrics-datasource', 'copied-by-hand'), { recursive: true });
    current = start({ GRAFANA_ROOT_URL: '' });
    const [, address = ''] = await current.seen(/Proxy: {7}(http:\/\/127\.0\.0\.1:\d+) \(the same login\)/);
    expect((await fetch(`${address}/health`)).status).toBe(200);
    expect(current.output()).toContain(`Dashboard:   http://localhost:${port}/d/aitoys-overview\n`);
    expect(current.output()).toContain('Sign in:     login admin, password aitoys-demo\n');
    expect(current.output()).not.toContain('AI Metrics is running at');
    expect(current.output()).not.toContain('Building');
    const started = startedSchema.parse(read('started.json'));
    expect(started.arguments).toEqual([
      'server',
      '--homepath',
      at('grafana'),
      '--config',
      join(grafanaFolder, 'grafana.ini'),
    ]);
    const configuration = await fetch(`${address}/oidc/.well-known/openid-configuration`);
    const { issuer, authorization_endpoint } = (await configuration.json()) as Record<string, string>;
    expect(issuer).toBe(`${address.replace('127.0.0.1', 'localhost')}/oidc`);
    expect(started.env).toMatchObject({
      GF_AUTH_GENERIC_OAUTH_AUTH_URL: authorization_endpoint,
      GF_AUTH_GENERIC_OAUTH_TOKEN_URL: `${address}/oidc/token`,
      GF_SERVER_HTTP_PORT: port,
      AIMETRICS_PROXY_URL: address,
      AIMETRICS_LOGIN: 'admin',
      AIMETRICS_PASSWORD: 'aitoys-demo',
      GF_PATHS_PROVISIONING: join(grafanaFolder, 'provisioning'),
    });
    expect(existsSync(join(grafanaFolder, 'provisioning', 'alerting', 'cost.yaml'))).toBe(true);
    const link = join(grafanaFolder, 'plugins', 'aitoys-aimetrics-datasource');
    expect(existsSync(join(link, 'module.js'))).toBe(true);
    expect(existsSync(join(link, 'copied-by-hand'))).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on %s ends Grafana, then the proxy, with 0', async (signal) => {
    current = start();
    await current.seen(/Stop: {8}Ctrl\+C/);
    const { grafana, plugin } = processes();
    current.child.kill(signal);
    expect(await current.exitCode).toBe(0);
    expect(grafanaLog()).toBe('stopped while the proxy answers 200\n');
    expect(current.output()).toContain('"event":"stopped","in_flight_finished":true');
    await ended(grafana, plugin);
  });

  it('takes Ctrl+C for one request, though it comes from the terminal and from npm', async () => {
    current = start();
    await current.seen(/Stop: {8}Ctrl\+C/);
    process.kill(-pidOf(current), 'SIGINT');
    current.child.kill('SIGINT');
    expect(await current.exitCode).toBe(0);
    expect(grafanaLog()).toBe('stopped while the proxy answers 200\n');
  });

  it('ends both when the shell of npm was ended, which passes nothing on', async () => {
    current = runCommand(['/bin/sh', '-c', `'${process.execPath}' '${mainPath}'; exit $?`], repository, {
      ...settings(),
      npm_lifecycle_event: 'start',
    });
    await current.seen(/Stop: {8}Ctrl\+C/);
    const closed = once(current.child, 'close');
    current.child.kill('SIGTERM');
    await closed;
    expect(grafanaLog()).toBe('stopped while the proxy answers 200\n');
    expect(current.output()).toContain('"event":"stopped","in_flight_finished":true');
  });

  it('takes the proxy along when it is killed itself', async () => {
    current = start();
    await current.seen(/Stop: {8}Ctrl\+C/);
    const closed = once(current.child, 'close');
    current.child.kill('SIGKILL');
    await closed;
    expect(current.output()).toContain('"event":"stopped","in_flight_finished":true');
    process.kill(-processes().grafana, 'SIGKILL');
  });

  it('goes on with the proxy when Grafana dies, and leaves nothing of it', async () => {
    current = start();
    const [, address = ''] = await current.seen(/Proxy: {7}(\S+)/);
    const { grafana, plugin } = processes();
    process.kill(grafana, 'SIGKILL');
    await current.seen(/Grafana ended with 137\. The proxy goes on at http:/);
    await ended(plugin);
    expect((await fetch(`${address}/health`)).status).toBe(200);
    current.child.kill('SIGINT');
    expect(await current.exitCode).toBe(0);
  });

  it("shows the end of Grafana's log when it can't start, and the proxy's own banner", async () => {
    current = start({ FAKE_GRAFANA: 'fails' });
    await current.seen(/Grafana ended with 1\. [^\n]*grafana\.log:\nError: the database is locked\n/);
    await current.seen(/AI Metrics is running at http:/);
  });

  it('ends Grafana when the proxy dies, with its exit code', async () => {
    current = start();
    await current.seen(/Stop: {8}Ctrl\+C/);
    const { grafana, plugin } = processes();
    const children = listProcesses().filter(({ parent }) => parent === pidOf(current));
    process.kill(z.number().parse(children.find(({ pid }) => pid !== grafana)?.pid), 'SIGKILL');
    expect(await current.exitCode).toBe(137);
    await ended(grafana, plugin);
  });

  it('ends with the proxy when that can not listen, and starts no Grafana', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    current = start({ PORT: String((other.address() as AddressInfo).port) });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain("The proxy can't listen on 127.0.0.1");
    expect(existsSync(join(grafanaFolder, 'started.json'))).toBe(false);
    other.close();
  });

  it('builds what is outdated first', async () => {
    rmSync(at('plugin', 'dist'), { recursive: true });
    put(at('tools', 'go'), '#!/bin/sh\n', 0o755);
    current = start({ PATH: [at('tools'), onlyNode, process.env['PATH'] ?? ''].join(':') });
    await current.seen(/Stop: {8}Ctrl\+C/);
    expect(current.output().match(/Building the plugin's (front|back) end/g)).toEqual([
      "Building the plugin's front end",
      "Building the plugin's back end",
    ]);
  });

  it('says that Go is missing, and goes on with the proxy', async () => {
    rmSync(at('plugin', 'dist'), { recursive: true });
    current = start();
    await current.seen(/AI Metrics is running at http:/);
    await current.seen(
      /the plugin's back end has to be built, and go is not on the PATH\. Install Go 1\.26\.5 or newer/
    );
    expect(current.output()).not.toContain('Building');
    expect(existsSync(grafanaFolder)).toBe(false);
  });

  it('does not start a Grafana that is too old', async () => {
    putGrafana(at('old'), '11.6.0');
    current = start({ GRAFANA_HOME: at('old') });
    await current.seen(/is version 11\.6\.0, and the plugin needs 12\.4\.0/);
    expect(existsSync(grafanaFolder)).toBe(false);
  });

  it('ends with 1 where a setting is wrong, without starting anything', async () => {
    current = start({ GRAFANA_HOME: at('nowhere') });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain(`GRAFANA_HOME: ${at('nowhere')} is not the folder of a Grafana`);
    current = start({ PORT: 'x' });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain('PORT: must be a whole number from 0 to 65535');
    current = start({ AIMETRICS_ALERT_COST: '5 USD' });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain('AIMETRICS_ALERT_COST: must be a number such as 50 or 0.5, not 5 USD');
  });
});

function settings(): Record<string, string> {
  return { PATH: onlyNode, GRAFANA_HOME: at('grafana'), GF_SERVER_HTTP_PORT: port };
}

function start(more: Record<string, string> = {}): Run {
  return runProgram(mainPath, repository, { ...settings(), ...more });
}

function pidOf({ child }: Run): number {
  return z.number().parse(child.pid);
}

/** What was killed may take a moment to go. */
async function ended(...pids: number[]): Promise<void> {
  await vi.waitFor(() => {
    expect(listProcesses().filter(({ pid }) => pids.includes(pid))).toEqual([]);
  });
}

/** Without those that have ended, and that nobody has asked for their exit code. */
function listProcesses(): { pid: number; parent: number }[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , state = '']) => !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}
