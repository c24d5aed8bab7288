import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { endpointsOf } from '../../src/routes/known-routes.ts';
import { type ListeningApp, listen } from '../support/listen.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import { rawAnswer } from '../support/raw-request.ts';

const probes = ['GET /health', 'GET /ready'];

describe('refuseForeignHosts', () => {
  let bench: ProxyBench;
  let listening: ListeningApp;
  let bearer: string;

  beforeAll(async () => {
    bench = await openProxyBench('sqlite', { TRUSTED_HOSTS: 'metrics.example, localhost:5000' });
    await bench.addUser({ login_name: 'admin' });
    const login = await bench.app.request('http://metrics.example/api/v1/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login_name: 'admin', password: 'correct horse battery staple' }),
    });
    bearer = `Authorization: Bearer ${((await login.json()) as { data: { token: string } }).data.token}`;
    listening = await listen(bench.app);
  });
  afterAll(async () => {
    await listening.close();
    await bench.close();
  });

  const ask = (line: string, ...headers: string[]) =>
    rawAnswer(listening.url, [`${line} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'));

  const refusal = (requestId: string) => ({
    error: {
      code: 'invalid_request',
      message: 'The Host header names none of the hosts of the setting TRUSTED_HOSTS',
      request_id: requestId,
    },
  });

  it('answers 400 on every route to a foreign host, with and without a session (G91)', async () => {
    for (const endpoint of endpointsOf(bench.app)) {
      for (const headers of [[], [bearer]]) {
        const answer = await ask(endpoint, 'Host: rebound.example', 'X-Request-Id: of-caller', ...headers);
        expect(answer.status, endpoint).toBe(probes.includes(endpoint) ? 200 : 400);
        if (answer.status === 400) {
          expect(answer.json()).toEqual(refusal('of-caller'));
        }
      }
    }
  });

  it.each([
    ['Host: metrics.example', 200],
    ['Host: METRICS.example:8443', 200],
    ['Host: localhost:5000', 200],
    ['Host: localhost', 400],
    ['Host: 127.0.0.1:5000', 400],
    ['Host: metrics.example.rebound.example', 400],
    ['X-Forwarded-Host: metrics.example\r\nHost: rebound.example', 400],
    ['Host: metrics.example\r\nX-Forwarded-Host: rebound.example', 200],
    ['Host: metrics.example\r\nHost: rebound.example', 400],
    ['Host: metrics.example, rebound.example', 400],
    ['Host:', 400],
    ['Accept: */*', 400],
  ])('answers GET /user/info with %s by %i (G91)', async (host, status) => {
    expect((await ask('GET /api/v1/user/info', host, bearer)).status).toBe(status);
    expect((await ask('HEAD /api/v1/user/info', host, bearer)).status).toBe(status);
  });

  it.each([
    ['http://metrics.example/api/v1/user/info', 'metrics.example', 200],
    ['http://metrics.example/api/v1/user/info', 'rebound.example', 400],
    ['http://rebound.example/api/v1/user/info', 'metrics.example', 400],
    ['http://rebound.example/api/v1/nothing', 'metrics.example', 400],
    ['http://rebound.example/health', 'metrics.example', 200],
  ])('answers GET %s with Host: %s by %i (G91)', async (target, host, status) => {
    expect((await ask(`GET ${target}`, `Host: ${host}`, bearer)).status).toBe(status);
  });

  it('is a 400 before a path is looked up, and for a page as for JSON', async () => {
    const answer = await ask('GET /admin/nothing', 'Host: rebound.example', 'Accept: text/html');
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('TRUSTED_HOSTS');
    expect(answer.body).not.toContain('rebound');
  });
});

describe('TRUSTED_HOSTS', () => {
  it('is a list of hosts, or unset', () => {
    expect(loadConfig({}).TRUSTED_HOSTS).toBeUndefined();
    expect(() => loadConfig({ TRUSTED_HOSTS: 'https://metrics.example' })).toThrow(
      'TRUSTED_HOSTS: must be a comma list of host names'
    );
  });
});
