import { type Connection, createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type ListeningApp, listen } from '../support/listen.ts';
import { openProxyBench, type ProxyBench, viewerHeaders } from '../support/proxy-bench.ts';
import { readSamples } from '../support/samples.ts';

const from = Date.UTC(2026, 4, 31);
const to = Date.UTC(2026, 5, 1);
const limited =
  'You have 5 questions running or waiting, which is the limit: ask again when some are answered, and fewer at a time';

describeOnEngines(
  'questions of one person',
  (engine) => {
    let bench: ProxyBench;
    let app: ListeningApp;
    let locker: Connection;
    let token: string;

    beforeEach(async () => {
      bench = await openProxyBench(engine, {
        MAX_CONCURRENT_QUERIES_PER_USER: '5',
        MAX_CONCURRENT_QUERIES: '1',
        MAX_QUERIES_PER_BATCH: '60',
      });
      await bench.addUser({ login_name: 'admin' });
      await bench.addUser({ login_name: 'other' });
      token = await bench.signIn('admin');
      app = await listen(bench.app);
      locker = await createConnection(bench.dependencies.config.databaseUrl);
      // What the table is like is known from here on: a lock would keep MariaDB from telling.
      await get('/metrics/summary?metrics=cost');
    });
    afterEach(async () => {
      await locker.end();
      await app.close();
      await bench.close();
    });

    const headersOf = (bearer: string) => ({ Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' });
    const get = (path: string, bearer = token) => fetch(`${app.url}/api/v1${path}`, { headers: headersOf(bearer) });
    /** Questions that differ, as those of panels do. */
    const ask = async (count: number, bearer = token, headers: Record<string, string> = {}) => {
      const queries = Array.from({ length: count }, (_, index) => ({
        refId: `Q${String(index)}`,
        from,
        to: to + index,
        query: { kind: 'summary', metrics: ['requests'] },
      }));
      const response = await fetch(`${app.url}/api/v1/query`, {
        method: 'POST',
        headers: { ...headersOf(bearer), ...headers },
        body: JSON.stringify({ queries }),
      });
      const { results } = (await response.json()) as { results: Record<string, { status: number; error?: string }> };
      return Object.values(results).map(({ status, error }) => error ?? status);
    };
    const lock = () => locker.query('lock tables ai_metrics write');
    const unlock = () => locker.query('unlock tables');
    const underWay = async () => {
      const samples = await readSamples(bench.dependencies.telemetry);
      return (samples.get('aitoys_queries_running') ?? 0) + (samples.get('aitoys_queries_waiting') ?? 0);
    };
    const untilUnderWay = (count: number) =>
      vi.waitFor(async () => {
        expect(await underWay()).toBe(count);
      });
    const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value);

    it('beyond the limit are a 429 each in a batch, and the others are answered (H106)', async () => {
      await lock();
      const answers = ask(8);
      await untilUnderWay(5);
      await unlock();
      expect(await answers).toEqual([...times(5, 200), ...times(3, limited)]);
      expect(await ask(5)).toEqual(times(5, 200));
      const samples = await readSamples(bench.dependencies.telemetry);
      expect(samples.get('aitoys_query_duration_seconds_count{kind="summary",outcome="rate_limited"}')).toBe(3);
    });

    it('beyond the limit are a 429 on every route, and in all his sessions, for him alone (H106)', async () => {
      await lock();
      const answers = ask(5);
      await untilUnderWay(5);
      const again = await bench.signIn('admin');
      for (const path of [
        '/metrics/summary?metrics=cost',
        '/metrics/timeseries?metrics=cost',
        '/calls',
        '/dimensions/provider/values',
      ]) {
        const response = await get(path, again);
        expect([path, response.status, response.headers.get('Retry-After')]).toEqual([path, 429, '5']);
        expect(await response.json()).toMatchObject({ error: { code: 'rate_limited', message: limited } });
      }
      expect((await get('/catalog', again)).status).toBe(200);
      const others = get('/metrics/summary?metrics=cost', await bench.signIn('other'));
      await untilUnderWay(6);
      await unlock();
      expect([await answers, (await others).status]).toEqual([times(5, 200), 200]);
    });

    it('count one by one where they share one answer (H106)', async () => {
      await lock();
      const path = `/metrics/summary?metrics=requests&from=${String(from)}&to=${String(to)}`;
      const answers = times(5, path).map((asked) => get(asked));
      await vi.waitFor(async () => {
        const samples = await readSamples(bench.dependencies.telemetry);
        expect(samples.get('aitoys_cache_hits_total{cache="questions"}')).toBe(4);
      });
      const more = await Promise.all(times(15, path).map((asked) => get(asked)));
      await unlock();
      expect(more.map(({ status }) => status)).toEqual(times(15, 429));
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(times(5, 200));
    });

    it('free their places when he goes away', async () => {
      await lock();
      const gone = new AbortController();
      const left = times(5, 0).map((_, index) =>
        fetch(`${app.url}/api/v1/metrics/summary?metrics=requests&to=${String(to + index)}`, {
          headers: headersOf(token),
          signal: gone.signal,
        }).catch(() => 'gone')
      );
      await untilUnderWay(5);
      gone.abort();
      expect(await Promise.all(left)).toEqual(times(5, 'gone'));
      await untilUnderWay(0);
      await unlock();
      expect(await ask(5)).toEqual(times(5, 200));
    });

    it('of a data source are those of many people, and not limited', async () => {
      const datasource = await bench.signIn('admin', 'grafana');
      expect(await ask(50, datasource, viewerHeaders)).toEqual(times(50, 200));
      const scheduler = { 'X-AiMetrics-Caller': 'scheduler', 'X-AiMetrics-Allow-Alerts': 'true' };
      expect(await ask(20, datasource, scheduler)).toEqual(times(20, 200));
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines(
  'questions of somebody who asks many',
  (engine) => {
    it('let those of others overtake them', async () => {
      const bench = await openProxyBench(engine, { MAX_CONCURRENT_QUERIES: '1' });
      await bench.addUser({ login_name: 'many' });
      await bench.addUser({ login_name: 'one' });
      const [many, one] = [await bench.signIn('many'), await bench.signIn('one')];
      const locker = await createConnection(bench.dependencies.config.databaseUrl);
      const ended: string[] = [];
      const ask = async (bearer: string, name: string, until: number) => {
        const path = `/api/v1/metrics/summary?metrics=cost&to=${String(until)}`;
        const response = await bench.app.request(path, { headers: { Authorization: `Bearer ${bearer}` } });
        ended.push(`${name} ${String(response.status)}`);
      };
      try {
        await ask(many, 'first', to);
        await locker.query('lock tables ai_metrics write');
        const asked = Array.from({ length: 60 }, (_, index) => ask(many, 'many', to + index));
        await vi.waitFor(async () => {
          expect((await readSamples(bench.dependencies.telemetry)).get('aitoys_queries_waiting')).toBe(59);
        });
        asked.push(ask(one, 'one', to - 1));
        await vi.waitFor(async () => {
          expect((await readSamples(bench.dependencies.telemetry)).get('aitoys_queries_waiting')).toBe(60);
        });
        await locker.query('unlock tables');
        await Promise.all(asked);
        // The last of 60 was put back by 5.9 s: within 3 s of it, the one is before at least half of them.
        expect(ended.indexOf('one 200')).toBeLessThan(31);
        expect(ended.filter((end) => end === 'many 200')).toHaveLength(60);
      } finally {
        await locker.end();
        await bench.close();
      }
    });
  },
  ['mysql', 'mariadb']
);
