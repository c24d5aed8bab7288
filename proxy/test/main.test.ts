import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from './support/make-certificate.ts';
import { type Run, runCommand } from './support/run-program.ts';
import { runProxy } from './support/run-proxy.ts';
import { parseSamples } from './support/samples.ts';
import { certificateFiles } from './tls/certificate-files.ts';
import { freePort } from './support/free-port.ts';

let folder: string;
let current: Run | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-metrics-main-'));
});
afterEach(() => {
  current?.child.kill('SIGKILL');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it('without settings makes the demo, says how to use it, answers, and stops on SIGTERM with 0', async () => {
    current = runProxy(folder, {});
    const [, address = ''] = await current.seen(/AI Metrics is running at (http:\/\/127\.0\.0\.1:\d+)\n/);
    await current.seen(/Stop: {8}Ctrl\+C/);
    expect(current.output()).toMatch(/every call in it was generated/i);
    expect(current.output()).toContain('login admin, password aitoys-demo');
    const login = await fetch(`${address}/api/v1/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login_name: 'admin', password: 'aitoys-demo' }),
    });
    expect(login.status).toBe(200);
    const { data } = (await login.json()) as { data: { token: string } };
    const headers = { Authorization: `Bearer ${data.token}` };
    const summary = await fetch(`${address}/api/v1/metrics/summary?metrics=requests`, { headers });
    expect(summary.status).toBe(200);
    const ready = await fetch(`${address}/ready`);
    expect(await ready.json()).toMatchObject({
      data: { status: 'ready', notices: ['viewers are not checked', expect.stringMatching(/generated/) as string] },
    });
    current.child.kill('SIGTERM');
    expect(await current.exitCode).toBe(0);
    expect(current.output()).not.toContain(data.token);
  });

  it('keeps the demo, and ends its sessions with the process', async () => {
    current = runProxy(folder, { LOG_LEVEL: 'warn' });
    const [, first = ''] = await current.seen(/running at (\S+)\n/);
    expect(current.output()).not.toContain('Generating demo calls');
    const login = await fetch(`${first}/admin/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login_name: 'admin', password: 'aitoys-demo' }),
    });
    const { data } = (await login.json()) as { data: { token: string } };
    current.child.kill('SIGINT');
    expect(await current.exitCode).toBe(0);
    current = runProxy(folder, {});
    const [, second = ''] = await current.seen(/running at (\S+)\n/);
    const response = await fetch(`${second}/admin/user/info`, { headers: { Authorization: `Bearer ${data.token}` } });
    expect(response.status).toBe(401);
  });

  it('takes Ctrl+C for one request, though it comes from the terminal and from npm', async () => {
    current = runProxy(folder, {});
    await current.seen(/Stop: {8}Ctrl\+C/);
    current.child.kill('SIGINT');
    current.child.kill('SIGINT');
    expect(await current.exitCode).toBe(0);
  });

  it('lists all that is wrong with the settings, and ends with 1', async () => {
    current = runProxy(folder, { DATABASE_URL: 'postgres://localhost/x', PORT: 'x', SESSION_SECRET: 'short' });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain('DATABASE_URL: must start with mysql://');
    expect(current.output()).toContain('PORT: ');
    expect(current.output()).toContain('SESSION_SECRET: each secret needs at least 32 characters');
    expect(current.output()).not.toContain('    at ');
  });

  it('says what is wrong with an address, without repeating it or a stack', async () => {
    current = runProxy(folder, { DATABASE_URL: 'mysql://app:hush%@localhost/app', SESSION_SECRET: 'x'.repeat(32) });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain('DATABASE_URL: has a % that encodes nothing');
    expect(current.output()).not.toContain('hush');
    expect(current.output()).not.toContain('    at ');
  });

  it('serves its metrics on METRICS_PORT and nothing else there, until it is stopped', async () => {
    const port = String(await freePort());
    current = runProxy(folder, { METRICS_PORT: port });
    const [, address = ''] = await current.seen(/running at (\S+)\n/);
    expect(current.output()).toContain(`"event":"metrics_listening","address":"http://127.0.0.1:${port}"`);
    expect(await healthOf(address, {})).toBe(0);
    await fetch(`${address}/health`);
    const metrics = `http://127.0.0.1:${port}/metrics`;
    const samples = parseSamples(await (await fetch(metrics)).text());
    expect(samples.get('aitoys_http_request_duration_seconds_count{method="GET",route="/health",status="200"}')).toBe(
      1
    );
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(samples.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(404);
    expect((await fetch(`${address}/metrics`)).status).toBe(404);
    current.child.kill('SIGTERM');
    expect(await current.exitCode).toBe(0);
    await expect(fetch(metrics)).rejects.toThrow();
  });

  it('says when METRICS_PORT is taken, and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    current = runProxy(folder, { METRICS_PORT: port });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain(
      `The proxy can't listen on 127.0.0.1, port ${port}: it is taken; choose another one, such as METRICS_PORT=5050`
    );
    other.close();
  });

  it('says when the port is taken, and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    current = runProxy(folder, { PORT: port });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain(`The proxy can't listen on 127.0.0.1, port ${port}`);
    other.close();
  });

  it('speaks HTTPS with a certificate, and plain HTTP on METRICS_PORT', async () => {
    const files = certificateFiles();
    const authority = makeCertificate('Authority');
    const { cert, key } = makeCertificate('localhost', { by: authority });
    files.write(cert, key);
    const port = String(await freePort());
    current = runProxy(folder, { TLS_CERT_FILE: files.certFile, TLS_KEY_FILE: files.keyFile, METRICS_PORT: port });
    const [, address = ''] = await current.seen(/AI Metrics is running at (https:\/\/127\.0\.0\.1:\d+)\n/);
    await current.seen(/Stop: {8}Ctrl\+C/);
    expect(current.output()).toContain(`"event":"listening","address":"${address}"`);
    const asked = request(`${address}/health`, { ca: authority.cert, servername: 'localhost' }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.destroy();
    await expect(fetch(address.replace('https', 'http'))).rejects.toThrow();
    expect(await healthOf(address, { TLS_CERT_FILE: files.certFile })).toBe(0);
    expect(await healthOf(address, {})).toBe(1);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
    current.child.kill('SIGTERM');
    expect(await current.exitCode).toBe(0);
    expect(current.output()).not.toContain('PRIVATE KEY');
    files.remove();
  });

  it('says what is wrong with a certificate, and ends with 1', async () => {
    current = runProxy(folder, { TLS_CERT_FILE: 'missing.pem', TLS_KEY_FILE: 'missing.pem' });
    expect(await current.exitCode).toBe(1);
    expect(current.output()).toContain("TLS_CERT_FILE: the file can't be read");
    expect(current.output()).not.toContain('    at ');
  });

  it('starts while its database is away, and says so (I109)', async () => {
    current = runProxy(folder, {
      DATABASE_URL: 'mysql://nobody:nothing@127.0.0.1:9/none',
      SESSION_SECRET: 'a secret for tests that is long enough',
    });
    const [, address = ''] = await current.seen(/"address":"([^"]+)"/);
    expect((await fetch(`${address}/health`)).status).toBe(200);
    expect((await fetch(`${address}/ready`)).status).toBe(503);
    await current.seen(/Metrics database: .*ECONNREFUSED/);
    current.child.kill('SIGTERM');
    expect(await current.exitCode).toBe(0);
    expect(current.output()).not.toContain('nothing');
  });
});

/** The exit code of the health check of the image. */
async function healthOf(address: string, settings: Record<string, string>): Promise<number | null> {
  const dockerfile = await readFile(join(import.meta.dirname, '..', 'Dockerfile'), 'utf8');
  const command = /HEALTHCHECK[^]*?CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
  const [, ...rest] = JSON.parse(command) as string[];
  const check = runCommand([process.execPath, ...rest], folder, { PORT: new URL(address).port, ...settings });
  return check.exitCode;
}
