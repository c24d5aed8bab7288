import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openProxyBench, type ProxyBench, testPassword, testSecret } from '../support/proxy-bench.ts';
import { runProxy } from '../support/run-proxy.ts';

const day = 'from=2026-03-29T00:00:00%2B01:00&to=2026-03-30T00:00:00%2B02:00';
const questions = [
  `/metrics/timeseries?metrics=requests&interval=1h&timezone=Europe/Berlin&${day}`,
  `/metrics/timeseries?metrics=requests&interval=day&${day}`,
  `/metrics/summary?metrics=requests,first_seen&groupBy=hour_of_day&timezone=Asia/Kathmandu&${day}`,
  `/calls?${day}`,
];

describeOnEngines('a proxy on a machine in any zone', (engine) => {
  let bench: ProxyBench;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ai-metrics-zone-'));
    bench = await openProxyBench(engine);
    await bench.addUser({ login_name: 'admin' });
    // The day has 23 hours in Berlin. The last call is at its end, which is not in it any more.
    const times = [
      '2026-03-28 23:00:00.000',
      '2026-03-29 00:59:59.999',
      '2026-03-29 01:00:00.000',
      '2026-03-29 22:00:00.000',
    ];
    await bench.dependencies.metricsDatabase.kysely
      .insertInto('ai_metrics')
      .values(times.map((start_time) => ({ provider: 'a', model_name: 'm', total_time: 1, start_time })))
      .execute();
  });
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function answersIn(zone: string): Promise<unknown[]> {
    const { databaseUrl } = bench.dependencies.config;
    const proxy = runProxy(folder, { TZ: zone, DATABASE_URL: databaseUrl, SESSION_SECRET: testSecret });
    try {
      const [, address = ''] = await proxy.seen(/"address":"([^"]+)"/);
      const login = await fetch(`${address}/api/v1/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ login_name: 'admin', password: testPassword }),
      });
      const { data } = (await login.json()) as { data: { token: string } };
      const headers = { Authorization: `Bearer ${data.token}` };
      const answers: unknown[] = [];
      for (const question of questions) {
        const response = await fetch(`${address}/api/v1${question}`, { headers });
        answers.push(((await response.json()) as { data: unknown }).data);
      }
      return answers;
    } finally {
      proxy.child.kill('SIGKILL');
      await proxy.exitCode;
    }
  }

  it('answers the same, with the hours that the day has and without its end (F83, F84, F85)', async () => {
    const utc = await answersIn('UTC');
    expect(utc.slice(0, 3)).toEqual([
      [
        { time: '2026-03-28T23:00:00.000Z', requests: 1 },
        { time: '2026-03-29T00:00:00.000Z', requests: 1 },
        { time: '2026-03-29T01:00:00.000Z', requests: 1 },
      ],
      [
        { time: '2026-03-28T00:00:00.000Z', requests: 1 },
        { time: '2026-03-29T00:00:00.000Z', requests: 2 },
      ],
      [
        { hour_of_day: '04', requests: 1, first_seen: Date.UTC(2026, 2, 28, 23) },
        { hour_of_day: '06', requests: 2, first_seen: Date.UTC(2026, 2, 29, 0, 59, 59, 999) },
      ],
    ]);
    expect(utc[3]).toHaveLength(3);
    expect(await answersIn('America/New_York')).toEqual(utc);
    expect(await answersIn('Pacific/Kiritimati')).toEqual(utc);
  }, 60_000);
});
