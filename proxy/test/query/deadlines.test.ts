import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { Engine } from '../../src/database/dialect.ts';
import { type Database, openDatabase } from '../../src/database/open-database.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { createQueryRunner, type QueryRunner } from '../../src/query/run.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { freshDatabase, type FreshDatabase } from '../servers/fresh-database.ts';
import { readSamples } from '../support/samples.ts';
import { refusalOf } from './refusal.ts';

// 10^12 rows: nothing but a time limit or KILL ends a statement that counts them.
const endless = [
  'CREATE TABLE thousand (n INT)',
  `INSERT INTO thousand WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000)
    SELECT n FROM numbers`,
  `CREATE VIEW ai_metrics AS SELECT a.n AS id, CAST('m' AS CHAR(64)) AS monitor_id, CAST('p' AS CHAR(64)) AS provider,
    CAST('m' AS CHAR(128)) AS model_name, CAST('2026-05-01 12:00:00' AS DATETIME(3)) AS start_time,
    CAST(NULL AS DATETIME(3)) AS end_time, a.n AS total_time, CAST(a.n AS DECIMAL(18,8)) AS cost, a.n AS total_tokens,
    a.n AS prompt_tokens, a.n AS completion_tokens FROM thousand a, thousand b, thousand c, thousand d`,
];
const window = { from: Date.parse('2026-05-01T00:00Z'), to: Date.parse('2026-05-02T00:00Z') };
const question = { kind: 'summary', metrics: ['cost'] };
// The same question at the same time would run once.
const others = [1, 2, 3, 4, 5].map((ms) => ({ ...window, to: window.to - ms }));

interface Bench {
  runner: QueryRunner;
  telemetry: Telemetry;
  database: Database<MetricsTables>;
  /** The statements about ai_metrics that the server is working on. */
  working: () => Promise<number>;
  /** Waits until the server is working on that many. */
  until: (statements: number) => Promise<void>;
  close: () => Promise<void>;
}

async function openBench(engine: Engine, settings: Record<string, string>): Promise<Bench> {
  const fresh: FreshDatabase = await freshDatabase(engine);
  const watcher: Connection = await createConnection(fresh.url);
  for (const statement of endless) {
    // MariaDB wants the common table expression after INSERT as MySQL does.
    await watcher.query(statement);
  }
  const config = loadConfig({ DATABASE_URL: fresh.url, SESSION_SECRET: 'x'.repeat(32), ...settings });
  const database = openDatabase<MetricsTables>(fresh.url, {
    poolSize: config.DATABASE_POOL_SIZE,
    statementTimeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
  });
  const telemetry = createTelemetry('1.2.3');
  const name = new URL(fresh.url).pathname.slice(1);
  const working = async () => {
    const [rows] = await watcher.query('SHOW FULL PROCESSLIST');
    return (rows as { db: string | null; Info: string | null }[]).filter(
      ({ db, Info }) => db === name && Info?.startsWith('select') === true && Info.includes('from `ai_metrics`')
    ).length;
  };
  const until = async (statements: number) => {
    const deadline = performance.now() + 10_000;
    while ((await working()) !== statements) {
      if (performance.now() > deadline) {
        throw new Error(`The server did not come to work on ${String(statements)} statements`);
      }
    }
  };
  return {
    runner: createQueryRunner({
      config,
      clock: () => Date.parse('2026-05-04T00:00Z'),
      rollups: null,
      metricsDatabase: database,
      telemetry,
    }),
    telemetry,
    database,
    working,
    until,
    close: async () => {
      await database.close();
      await watcher.end();
      await fresh.drop();
    },
  };
}

/** What a promise came to: a refusal as text, a reason as it is. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  return refusalOf(promise).catch((error: unknown) => error);
}

describeOnEngines(
  'createQueryRunner with statements that never end',
  (engine) => {
    let bench: Bench;

    beforeAll(async () => {
      bench = await openBench(engine, { DATABASE_TIMEOUT_SECONDS: '1', QUERY_TIMEOUT_SECONDS: '20' });
    });
    afterAll(async () => {
      await bench.close();
    });

    it("is stopped by the server's own limit", async () => {
      const never = new AbortController().signal;
      expect(await outcome(bench.runner.answer(question, window, never))).toBe(
        'query_timeout: The database stopped the query at its time limit: narrow the range or the filters'
      );
      await bench.until(0);
    });

    it('is stopped so when it lists values, too', async () => {
      const request = { dimension: 'provider', search: '', filters: [], limit: 10 };
      expect(await outcome(bench.runner.dimensionValues(request, window, new AbortController().signal))).toMatch(
        /^query_timeout: /
      );
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines(
  'createQueryRunner whose callers go away',
  (engine) => {
    let bench: Bench;

    beforeAll(async () => {
      bench = await openBench(engine, { MAX_CONCURRENT_QUERIES: '1', DATABASE_POOL_SIZE: '1' });
    });
    afterAll(async () => {
      await bench.close();
    });

    it('stops the statement on the server within a second (H105)', async () => {
      const caller = new AbortController();
      const gone = new Error('gone');
      const answer = outcome(bench.runner.answer(question, window, caller.signal));
      await bench.until(1);
      const abortedAt = performance.now();
      caller.abort(gone);
      await bench.until(0);
      expect(performance.now() - abortedAt).toBeLessThan(1000);
      expect(await answer).toBe(gone);
    });

    it('does not begin for a caller who is gone already', async () => {
      const gone = new Error('gone');
      expect(await outcome(bench.runner.answer(question, window, AbortSignal.abort(gone)))).toBe(gone);
      expect(await bench.working()).toBe(0);
    });

    it('lets the next one wait for the one before it', async () => {
      const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
      const answers = [first, second, third].map((caller, index) =>
        outcome(bench.runner.answer(question, others[index] ?? window, caller.signal))
      );
      await bench.until(1);
      // One who goes away while he waits has no place in the queue any more.
      second.abort(new Error('second'));
      expect(await answers[1]).toEqual(new Error('second'));
      expect(await bench.working()).toBe(1);
      first.abort(new Error('first'));
      expect(await answers[0]).toEqual(new Error('first'));
      await bench.until(1);
      third.abort(new Error('third'));
      expect(await answers[2]).toEqual(new Error('third'));
      await bench.until(0);
    });

    it('runs a question once for all who ask it meanwhile, until the last of them goes away', async () => {
      const { telemetry, runner } = bench;
      const counters = async () => {
        const samples = await readSamples(telemetry);
        return ['hits', 'misses'].map((what) => samples.get(`aitoys_cache_${what}_total{cache="questions"}`) ?? 0);
      };
      const [hits = 0, misses = 0] = await counters();
      const callers = [new AbortController(), new AbortController()];
      const swapped = { metrics: ['cost'], kind: 'summary' };
      const answers = callers.map(({ signal }, index) =>
        outcome(runner.answer(index === 0 ? question : swapped, window, signal))
      );
      await bench.until(1);
      callers[0]?.abort(new Error('first'));
      expect(await answers[0]).toEqual(new Error('first'));
      expect(await bench.working()).toBe(1);
      callers[1]?.abort(new Error('second'));
      expect(await answers[1]).toEqual(new Error('second'));
      await bench.until(0);
      expect(await counters()).toEqual([hits + 1, misses + 1]);
    });

    it('tells how many run and wait, and what became of them', async () => {
      const { telemetry, runner } = bench;
      const length = async () => {
        const samples = await readSamples(telemetry);
        return [samples.get('aitoys_queries_running'), samples.get('aitoys_queries_waiting')];
      };
      const gone = 'aitoys_query_duration_seconds_count{kind="summary",outcome="caller_gone"}';
      const before = (await readSamples(telemetry)).get(gone) ?? 0;
      const caller = new AbortController();
      const answers = others.slice(0, 3).map((other) => outcome(runner.answer(question, other, caller.signal)));
      await bench.until(1);
      expect(await length()).toEqual([1, 2]);
      caller.abort(new Error('gone'));
      await Promise.all(answers);
      // Callers do not wait for the end of what they asked for.
      await vi.waitFor(async () => {
        expect(await length()).toEqual([0, 0]);
      });
      expect((await readSamples(telemetry)).get(gone)).toBe(before + 3);
    });

    it('answers on the same connections afterwards', async () => {
      const { rows } = await bench.database.kysely
        .selectFrom('users' as never)
        .selectAll()
        .execute()
        .then(
          () => ({ rows: 'answered' }),
          (error: unknown) => ({ rows: (error as { code: string }).code })
        );
      expect(rows).toBe('ER_NO_SUCH_TABLE');
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines(
  'createQueryRunner with more questions than it may ask at once',
  (engine) => {
    it('says after the time limit that it could not begin', async () => {
      const bench = await openBench(engine, {
        MAX_CONCURRENT_QUERIES: '1',
        DATABASE_TIMEOUT_SECONDS: '1',
        QUERY_TIMEOUT_SECONDS: '2',
      });
      const never = new AbortController().signal;
      const outcomes = await Promise.all(others.map((other) => outcome(bench.runner.answer(question, other, never))));
      expect(outcomes[0]).toMatch(/^query_timeout: /);
      expect(outcomes[4]).toBe('unavailable: Too many questions are waiting: try again later');
      const samples = await readSamples(bench.telemetry);
      const countOf = (code: string) =>
        samples.get(`aitoys_query_duration_seconds_count{kind="summary",outcome="${code}"}`) ?? 0;
      expect(countOf('query_timeout')).toBeGreaterThanOrEqual(1);
      expect(countOf('unavailable')).toBeGreaterThanOrEqual(1);
      expect(countOf('query_timeout') + countOf('unavailable')).toBe(5);
      await bench.until(0);
      await bench.close();
    });
  },
  ['mysql', 'mariadb']
);
