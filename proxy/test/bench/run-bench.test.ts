import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureTable } from '../../bench/load-table.ts';
import { describeDifferences } from '../../bench/question-report.ts';
import { type BenchResult, runBench, type RunOptions } from '../../bench/run-bench.ts';
import { runBeside } from '../../bench/run-beside.ts';
import { runFirstLoad } from '../../bench/run-first-load.ts';
import { loadRollupConfig } from '../../src/config.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';
import { runProgram } from '../support/run-script.ts';

// Each starts proxies, and their rollups are complete only when nothing can be missing any more.
vi.setConfig({ testTimeout: 90_000 });

let empty: EmptyDatabase<MetricsTables>;
let said: string;
let told: number[];

const questions = [
  'requests_24h_1m',
  'latency_p95_by_model_24h_1h',
  'cost_by_model_30d_1h',
  'summary_by_provider_model_30d',
  'cost_by_provider_90d_1d',
  'latency_p95_by_model_30d',
].flatMap((question) => [question, `${question}_one_model`]);

function optionsOf(rows?: number, metricsTimezone = 'UTC'): RunOptions {
  return {
    config: loadRollupConfig({
      DATABASE_URL: empty.url,
      METRICS_TIMEZONE: metricsTimezone,
      ROLLUP_LAG_SECONDS: '1',
    }),
    metricsTimezone,
    rows,
    runs: 1,
    warmUpMs: 0,
    say: (text) => {
      said += text;
    },
    startProgress: () => ({ update: (done) => void told.push(done), stop: () => undefined }),
  };
}

function measure(rows?: number, metricsTimezone?: string): Promise<BenchResult> {
  return runBench(empty.database, optionsOf(rows, metricsTimezone));
}

/** The differences of all questions, for people. */
function described({ measured }: BenchResult): string {
  return measured.map(describeDifferences).join('');
}

describeOnEngines(
  'runBench',
  (engine) => {
    beforeEach(async () => {
      said = '';
      told = [];
      empty = await emptyDatabase(engine);
    });
    afterEach(async () => {
      await empty.close();
    });

    it('finds that direct SQL and the proxy agree on generated calls, in every question', async () => {
      const result = await measure(4000);
      expect(result.measured.map(({ question }) => question)).toEqual(questions);
      expect(result.measured.every(({ directMs, proxyMs }) => directMs > 0 && proxyMs > 0)).toBe(true);
      expect([result.rows, described(result)]).toEqual([4000, '']);
      expect(result.peakMemoryBytes).toBeGreaterThan(50e6);
    });

    it('puts all calls into rollups first, once, and leaves no session behind', async () => {
      await measure(300);
      expect(said).toMatch(
        /A proxy puts the calls into rollups …\n300 calls in \d+\.\d s, \d+ a second\.\nThe proxy compares .+\nMeasuring/
      );
      expect(told.at(-1)).toBe(300);
      said = '';
      await measure(300);
      expect(said).toMatch(/^Counting the calls in ai_metrics …\nThe proxy compares .+\nMeasuring/);
      const { rows } = await sql`select * from aitoys_sessions`.execute(empty.database.kysely);
      expect(rows).toEqual([]);
    });

    it('reads rows where there can be no rollups, and says why', async () => {
      const options = optionsOf(100);
      await runBench(empty.database, { ...options, config: { ...options.config, METRICS_ID_ORDER: 'none' } });
      expect(said).toContain('There are no rollups, every question reads rows: METRICS_ID_ORDER is none.\n');
    });

    it('opens the overview dashboard', async () => {
      const { rows, all, questions: asked } = await runFirstLoad(empty.database, optionsOf(4000));
      expect([rows, asked.length]).toEqual([4000, 12]);
      const times = asked.flatMap(({ coldMs, warmMs }) => [coldMs, warmMs]);
      expect(times.every((time) => time > 0 && time <= Math.max(all.coldMs, all.warmMs))).toBe(true);
    });

    it('asks two tables the same questions', async () => {
      const other = await emptyDatabase<MetricsTables>(engine);
      try {
        await ensureTable(other.database, optionsOf(300));
        const { rows, otherRows, grown } = await runBeside(
          empty.database,
          { database: other.database, databaseUrl: other.url },
          optionsOf(100)
        );
        expect([rows, otherRows, grown.map(({ question }) => question)]).toEqual([100, 300, questions]);
      } finally {
        await other.close();
      }
    });

    it('finds that they agree on other types of columns and in another zone', async () => {
      await measure(4000);
      await empty.run('alter table ai_metrics modify cost double, modify start_time timestamp not null');
      expect(described(await measure())).toBe('');
      await empty.run('alter table ai_metrics modify start_time datetime(6) not null');
      expect(described(await measure(4000, 'Asia/Shanghai'))).toBe('');
    });

    it('names what it can not measure', async () => {
      await createMetricsTables(empty.database.kysely, engine);
      await empty.run("insert into ai_metrics (provider, start_time) values ('openai', '2026-05-01 12:00:00')");
      await expect(measure()).rejects.toThrow('No call in ai_metrics names a model');
    });
  },
  ['mysql', 'mariadb']
);

describeOnEngines(
  'npm run bench',
  (engine) => {
    beforeEach(async () => {
      empty = await emptyDatabase(engine);
    });
    afterEach(async () => {
      await empty.close();
    });

    it('prints JSON and nothing else with --json, and ends with 1 where a value is not the same', async () => {
      await createMetricsTables(empty.database.kysely, engine);
      const call = { provider: 'openai', start_time: '2026-05-01 12:00:30.000', cost: '0.5', total_time: 100 };
      // The column's collation takes the last two for the same; the proxy compares byte for byte.
      const calls = ['gpt-4', 'claude', 'Claude'].map((name) => ({ ...call, model_name: name }));
      await empty.database.kysely.insertInto('ai_metrics').values(calls).execute();
      const { code, stdout, stderr } = await runProgram('bench/main.ts', ['--runs', '1', '--json'], {
        DATABASE_URL: empty.url,
      });
      const results = JSON.parse(stdout) as Record<string, unknown>[];
      expect([code, results.map(({ question }) => question)]).toEqual([1, questions]);
      expect(results.filter(({ question }) => String(question).startsWith('cost_by_provider'))).toEqual([
        result('cost_by_provider_90d_1d', true),
        // One of the two models for the proxy, both of them for direct SQL.
        result('cost_by_provider_90d_1d_one_model', false),
      ]);
      expect(stderr).toContain(
        'cost_by_model_30d_1h: the answers differ\n' +
          '  cost, 2026-05-01T12:00:00.000Z, claude: direct SQL 1, proxy 0.5\n' +
          '  cost, 2026-05-01T12:00:00.000Z, Claude: direct SQL nothing, proxy 0.5\n'
      );
    });
  },
  ['mysql', 'mariadb']
);

function result(question: string, agrees: boolean): Record<string, unknown> {
  const number: unknown = expect.any(Number);
  return { question, rows: 3, direct_ms: number, proxy_ms: number, ratio: number, agrees };
}

it('npm run bench measures no SQLite', async () => {
  expect(await runProgram('bench/main.ts', ['--rows', '10'], {})).toEqual({
    code: 1,
    stdout: '',
    stderr: 'DATABASE_URL: must name a MySQL or MariaDB database to measure\n',
  });
});
