import { type Connection, createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type ListeningApp, listen } from '../support/listen.ts';
import { openProxyBench, type ProxyBench } from '../support/proxy-bench.ts';
import { readSamples } from '../support/samples.ts';

const from = Date.UTC(2026, 4, 31);
const to = Date.UTC(2026, 5, 1);
const summary = { kind: 'summary', metrics: ['requests'], groupBy: ['provider'] };
// The same, as another program writes it.
const swapped = { groupBy: ['provider'], metrics: ['requests'], kind: 'summary' };

describeOnEngines(
  'questions in flight over HTTP',
  (engine) => {
    let bench: ProxyBench;
    let app: ListeningApp;
    let locker: Connection;
    let token: string;

    beforeEach(async () => {
      bench = await openProxyBench(engine);
      await bench.addUser({ login_name: 'admin' });
      token = await bench.signIn('admin');
      app = await listen(bench.app);
      locker = await createConnection(bench.dependencies.config.databaseUrl);
      await locker.query(
        "insert into ai_metrics (provider, model_name, start_time) values ('p', 'm', '2026-05-31 12:00:00')"
      );
      // What the table is like is known from here on: a lock would keep MariaDB from telling.
      await ask([['warm', { ...summary, metrics: ['cost'] }]]);
    });
    afterEach(async () => {
      await locker.end();
      await app.close();
      await bench.close();
    });

    const request = (path: string, init: RequestInit = {}) =>
      fetch(`${app.url}/api/v1${path}`, {
        ...init,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      });
    const ask = async (questions: [refId: string, query: unknown][], init: RequestInit = {}) => {
      const queries = questions.map(([refId, query]) => ({ refId, from, to, query }));
      const response = await request('/query', { ...init, method: 'POST', body: JSON.stringify({ queries }) });
      return ((await response.json()) as { results: Record<string, { frames: { schema: object; data: object }[] }> })
        .results;
    };
    const lock = () => locker.query('lock tables ai_metrics write');
    const unlock = () => locker.query('unlock tables');
    const shared = async () => {
      const samples = await readSamples(bench.dependencies.telemetry);
      return ['misses', 'hits'].map((what) => samples.get(`aitoys_cache_${what}_total{cache="questions"}`));
    };
    const untilShared = (misses: number, hits: number) =>
      vi.waitFor(async () => {
        expect(await shared()).toEqual([misses, hits]);
      });
    /** The statements that wait for the lock. */
    const waiting = async () => {
      const [rows] = await locker.query('show full processlist');
      return (rows as { Info: string | null }[]).filter(
        ({ Info }) => Info?.startsWith('select') === true && Info.includes('from `ai_metrics`')
      ).length;
    };
    const untilWaiting = (statements: number) =>
      vi.waitFor(async () => {
        expect(await waiting()).toBe(statements);
      });

    it('runs one statement for all of a batch and for another request that ask the same', async () => {
      await lock();
      const batches = [
        ask([
          ['A', summary],
          ['B', swapped],
          ['C', summary],
        ]),
        ask([['D', summary]]),
      ];
      await untilShared(2, 3);
      await untilWaiting(1);
      await unlock();
      const [first, second] = await Promise.all(batches);
      const frames = [first?.['A'], first?.['B'], first?.['C'], second?.['D']].map((result) => result?.frames[0]);
      expect(frames.map((frame) => frame?.data)).toEqual(frames.map(() => ({ values: [['p'], [1]] })));
      expect(frames.map((frame) => frame?.schema)).toMatchObject(['A', 'B', 'C', 'D'].map((refId) => ({ refId })));
      const samples = await readSamples(bench.dependencies.telemetry);
      expect(samples.get('aitoys_query_duration_seconds_count{kind="summary",outcome="ok"}')).toBe(5);
    });

    it('runs one for each time range, zone and strictness', async () => {
      await lock();
      const get = (more: string) =>
        request(`/metrics/timeseries?metrics=requests&from=${String(from)}&to=${String(to)}${more}`);
      const answers = ['', '&intervalMs=3600000', '&maxDataPoints=5', `&filter=provider:=:p`].map(get);
      const alert = JSON.stringify({
        queries: [{ refId: 'A', from, to, query: { metrics: ['requests'] } }],
        context: { source: 'alert' },
      });
      answers.push(request('/query', { method: 'POST', body: alert }));
      const zoned = JSON.stringify({
        queries: [{ refId: 'A', from, to, query: { metrics: ['requests'] } }],
        context: { source: 'panel', timezone: 'Asia/Kathmandu' },
      });
      answers.push(request('/query', { method: 'POST', body: zoned }));
      await untilShared(1 + answers.length, 0);
      await untilWaiting(answers.length);
      await unlock();
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    });

    it('goes on while one of its callers is there, and is stopped on the server without any', async () => {
      await lock();
      const callers = [new AbortController(), new AbortController()];
      const answers = callers.map(({ signal }) => ask([['A', summary]], { signal }).catch(() => 'gone'));
      await untilShared(2, 1);
      await untilWaiting(1);
      callers[0]?.abort();
      expect(await answers[0]).toBe('gone');
      const stayer = ask([['B', summary]]);
      await untilShared(2, 2);
      callers[1]?.abort();
      expect(await answers[1]).toBe('gone');
      await untilWaiting(1);
      await unlock();
      expect((await stayer)['B']?.frames[0]?.data).toEqual({ values: [['p'], [1]] });

      await lock();
      const last = new AbortController();
      const left = ask([['A', summary]], { signal: last.signal }).catch(() => 'gone');
      await untilWaiting(1);
      last.abort();
      expect(await left).toBe('gone');
      await untilWaiting(0);
    });

    it('looks up values once', async () => {
      await lock();
      const path = `/dimensions/provider/values?from=${String(from)}&to=${String(to)}`;
      const answers = [request(path), request(path), request(`${path}&search=p`)];
      await untilShared(3, 1);
      await untilWaiting(2);
      await unlock();
      const bodies = (await Promise.all((await Promise.all(answers)).map((answer) => answer.json()))) as {
        data: object;
      }[];
      expect(bodies.map(({ data }) => data)).toEqual(bodies.map(() => ({ values: ['p'], truncated: false })));
    });
  },
  ['mysql', 'mariadb']
);
