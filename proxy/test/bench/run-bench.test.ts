import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeDifferences } from '../../bench/report.ts';
import { type BenchResult, runBench } from '../../bench/run-bench.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';
import { runProgram } from '../support/run-script.ts';

let empty: EmptyDatabase<MetricsTables>;

const questions = [
  'requests_24h_1m',
  'latency_p95_by_model_24h_1h',
  'cost_by_model_30d_1h',
  'summary_by_provider_model_30d',
  'cost_by_provider_90d_1d',
  'latency_p95_by_model_30d',
].flatMap((question) => [question, `${question}_one_model`]);

function measure(rows?: number, metricsTimezone = 'UTC'): Promise<BenchResult> {
  return runBench(empty.database, {
    databaseUrl: empty.url,
    metricsTimezone,
    rows,
    runs: 1,
    say: () => undefined,
    startProgress: () => ({ update: () => undefined, stop: () => undefined }),
  });
}

/** The differences of all questions, for people. */
function described({ measured }: BenchResult): string {
  return measured.map(describeDifferences).join('');
}

describeOnEngines(
  'runBench',
  (engine) => {
    beforeEach(async () => {
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
