import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../support/run-program.ts';
import { runProxy } from '../support/run-proxy.ts';
import { readLog } from './read-log.ts';
import { freePort } from '../support/free-port.ts';

let folder: string;
let logs: string;
let proxy: Run | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-metrics-logs-'));
  logs = join(folder, 'logs');
});
afterEach(async () => {
  proxy?.child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

// Nothing listens there: this proxy starts within a moment, and has errors to log.
const settings = {
  DATABASE_URL: 'mysql://nobody:nothing@127.0.0.1:9/none',
  SESSION_SECRET: 'a secret for tests that is long enough',
  LOG_DIR: 'logs',
};

async function start(others: Record<string, string> = {}, nodeArguments: string[] = []): Promise<[Run, string]> {
  proxy = runProxy(folder, { ...settings, ...others }, nodeArguments);
  const [, address = ''] = await proxy.seen(/"address":"([^"]+)"/);
  await proxy.seen(/Viewers in Grafana are all refused/);
  return [proxy, address];
}

async function stop(running: Run, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  running.child.kill(signal);
  return running.exitCode;
}

const events = (lines: { event: string }[]) => lines.map(({ event }) => event);

describe('LOG_DIR', () => {
  it('gets the application log, its errors and a line per request, as standard output does', async () => {
    const [running, address] = await start();
    await fetch(`${address}/health`, { headers: { 'X-Request-Id': 'quiet' } });
    await fetch(`${address}/api/v1/dimensions/provider/values?secret=1`, { headers: { 'X-Request-Id': 'refused' } });
    await fetch(`${address}/nowhere/at/all`, { headers: { 'X-Request-Id': 'unknown' } });
    await fetch(`${address}/api/v1/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': 'failed' },
      body: JSON.stringify({ login_name: 'admin', password: 'typed' }),
    });
    expect(await stop(running)).toBe(0);

    const application = await readLog(logs, 'admin');
    expect(events(application)).toEqual(expect.arrayContaining(['listening', 'startup_report', 'request_failed']));
    // Rollups can't be built either, which is logged whenever that is found out.
    const inOrder = events(application).filter((event) => !event.startsWith('rollups_'));
    expect(inOrder.slice(-2)).toEqual(['stopping', 'stopped']);
    expect(events(application)).not.toContain('request');
    const errors = await readLog(logs, 'error');
    expect(errors).toEqual(application.filter(({ level }) => Number(level) >= 50));
    expect(errors).toContainEqual(expect.objectContaining({ event: 'request_failed', request_id: 'failed' }));

    const line = { level: 30, time: expect.any(String) as string, event: 'request', ms: expect.any(Number) as number };
    const local = { client: '127.0.0.1' };
    const access = await readLog(logs, 'access');
    expect(access).toEqual([
      { ...line, ...local, level: 20, request_id: 'quiet', method: 'GET', path: '/health', status: 200 },
      {
        ...line,
        ...local,
        request_id: 'refused',
        method: 'GET',
        path: '/api/v1/dimensions/:name/values',
        status: 401,
      },
      { ...line, ...local, request_id: 'unknown', method: 'GET', path: '(unknown)', status: 404 },
      { ...line, ...local, request_id: 'failed', method: 'POST', path: '/api/v1/login', status: 503 },
    ]);

    const output = running
      .output()
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text) as unknown);
    expect(output).toHaveLength(application.length + access.length - 1);
    expect(output).toEqual(expect.arrayContaining([...application, ...access.slice(1)]));
  });

  it('gets what a fault was that ended the proxy', async () => {
    const fault = 'process.on("SIGUSR2", () => { throw new Error("provoked") })';
    const [running] = await start({}, [`--import=data:text/javascript,${encodeURIComponent(fault)}`]);
    expect(await stop(running, 'SIGUSR2')).toBe(1);
    const expected = { level: 60, event: 'fault', cause: expect.objectContaining({ message: 'provoked' }) as unknown };
    expect((await readLog(logs, 'admin')).at(-1)).toMatchObject(expected);
    expect((await readLog(logs, 'error')).at(-1)).toMatchObject(expected);
  });

  it('gets why the proxy can’t listen', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    proxy = runProxy(folder, { ...settings, PORT: String(port) });
    expect(await proxy.exitCode).toBe(1);
    other.close();
    const expected = {
      level: 60,
      event: 'not_listening',
      host: '127.0.0.1',
      port,
      cause: expect.objectContaining({ code: 'EADDRINUSE' }) as unknown,
    };
    expect((await readLog(logs, 'admin')).at(-1)).toMatchObject(expected);
    expect((await readLog(logs, 'error')).at(-1)).toMatchObject(expected);
  });

  it.each([{}, { LOG_DIR: '' }])('has the audit at any LOG_LEVEL, with %j', async (others) => {
    const port = String(await freePort());
    // The demo, which has people.
    const running = runProxy(folder, {
      LOG_DIR: 'logs',
      LOG_LEVEL: 'error',
      PORT: port,
      ...others,
    });
    proxy = running;
    const isUp = () =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false
      );
    await expect.poll(isUp, { timeout: 10_000 }).toBe(true);
    await fetch(`http://127.0.0.1:${port}/api/v1/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login_name: 'nobody', password: 'typed' }),
    });
    await stop(running);
    const text = 'LOG_DIR' in others ? running.output() : JSON.stringify(await readLog(logs, 'audit'));
    expect(text).toContain('"event":"sign_in_refused"');
    expect(running.output()).not.toContain('"event":"listening"');
  });

  it('goes on where the last process left off', async () => {
    for (const _ of [1, 2]) {
      const [running] = await start();
      expect(await stop(running)).toBe(0);
    }
    const starts = (await readLog(logs, 'admin')).filter(({ event }) => event === 'listening');
    expect(starts).toHaveLength(2);
  });

  it('keeps the proxy from starting where it can’t be written to, and says why', async () => {
    await writeFile(logs, 'in the way');
    proxy = runProxy(folder, settings);
    expect(await proxy.exitCode).toBe(1);
    expect(proxy.output()).toMatch(/^The configuration has 1 problem.*\n {2}- LOG_DIR: .*EEXIST.*\n$/);
  });

  it('may be taken away and given back while the proxy runs', async () => {
    const [running, address] = await start();
    // A line may be written meanwhile.
    await rm(logs, { recursive: true, maxRetries: 10 });
    await writeFile(logs, 'in the way');
    expect((await fetch(`${address}/health`)).status).toBe(200);
    await running.seen(/"event":"log_file_failed","file":"access.log"/);
    expect((await fetch(`${address}/health`)).status).toBe(200);
    await rm(logs);
    expect(await stop(running)).toBe(0);
  });
});
