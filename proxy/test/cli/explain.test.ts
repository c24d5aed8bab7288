import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeParameters } from '../../src/cli/explain/place-parameters.ts';
import { createMetricsTables } from '../../src/database/metrics-schema.ts';
import { migrateState } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { MetricsTables, StateTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type FreshDatabase, freshDatabase } from '../servers/fresh-database.ts';
import { runScript } from '../support/run-script.ts';

const range = ['--from', '2026-05-01T00:00:00Z', '--to', '2026-05-02T00:00:00Z'];

interface Explained {
  question: Record<string, unknown> & { segments: object[] };
  statements: {
    reads: string;
    sql: string;
    plan: { table: string; index: string | null; rows: number }[] | null;
    run: { rows: number; rowsRead: number | null } | null;
  }[];
  rowsEstimate: number | null;
  refusal: { code: string; status: number; message: string } | null;
}

describeOnEngines('npm run explain', (engine) => {
  let fresh: FreshDatabase;

  beforeAll(async () => {
    fresh = await freshDatabase(engine);
    const database = openDatabase<MetricsTables & StateTables>(fresh.url, {
      poolSize: 1,
      statementTimeoutSeconds: 20,
    });
    await createMetricsTables(database.kysely, engine);
    await migrateState(database);
    const calls = Array.from({ length: 600 }, (_, call) => ({
      monitor_id: `monitor-${String(call % 3)}`,
      provider: 'p',
      model_name: `model-${String(call % 2)}`,
      start_time: `2026-05-01 00:${String(Math.floor(call / 60) + 10)}:${String((call % 60) + 100).slice(1)}.000`,
      total_time: call,
      cost: 1,
    }));
    await database.kysely
      .insertInto('ai_metrics')
      .values(calls as never)
      .execute();
    await database.close();
  });
  afterAll(() => fresh.drop());

  const run = (question: object, args: string[] = [], settings: Record<string, string> = {}) =>
    runScript('explain', [JSON.stringify(question), ...range, ...args], { DATABASE_URL: fresh.url, ...settings });
  const explain = async (question: object, args: string[] = [], settings: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await run(question, [...args, '--json'], settings);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as Explained;
  };
  const estimates = engine !== 'sqlite';
  const slow = [{ key: 'total_time', operator: '>=', values: [300] }];

  it('shows the question, its segments, and the statement with its values, without running it', async () => {
    const { code, stdout, stderr } = await run({ kind: 'summary', metrics: ['cost'], filters: slow });
    expect([code, stderr]).toEqual([0, '']);
    const [question, segments, statement] = stdout.split('\n\n');
    expect(question).toMatch(/^Question\n {2}kind: "summary"\n {2}metrics: \["cost"\]\n/);
    expect(segments).toBe(
      'Segments\n' +
        '  source  tier  from                     to                       of\n' +
        '  raw           2026-05-01 00:00:00.000  2026-05-02 00:00:00.000  range'
    );
    expect(statement).toMatch(/^Statement 1\n {2}select /);
    expect(statement).toContain(">= '2026-05-01 00:00:00.000'\n");
    expect(statement).toMatch(/and .total_time. >= 300/);
    expect(statement).toMatch(
      estimates
        ? /\n {2}plan: (no index|index \w+) \(\w+\), about [\d,]+ rows$/
        : /\n {2}plan: the engine does not tell$/
    );
    expect(stdout).not.toContain('took:');
  });

  it('tells programs the same', async () => {
    const { question, statements, rowsEstimate, refusal } = await explain({ kind: 'summary', metrics: ['cost'] });
    expect(question.segments).toEqual([
      { source: 'raw', from: '2026-05-01 00:00:00.000', to: '2026-05-02 00:00:00.000' },
    ]);
    const reading = statements.filter(({ reads }) => reads === 'calls');
    expect(reading).toHaveLength(1);
    expect(reading[0]?.run).toBeNull();
    expect(reading[0]?.plan?.map(({ table }) => table)).toEqual(estimates ? ['ai_metrics'] : undefined);
    expect(rowsEstimate).toBe(estimates ? reading[0]?.plan?.[0]?.rows : null);
    expect(refusal).toBeNull();
  });

  it('runs the statements with --analyze, each on what the ones before it found, and counts what was read', async () => {
    const top = { groupBy: ['monitor_id'], top: { limit: 1, by: 'requests', other: false } };
    const { statements } = await explain({ kind: 'summary', metrics: ['cost', 'latency_p95'], ...top }, ['--analyze']);
    expect(statements.map(({ reads, run: done }) => [reads, done?.rows])).toEqual([
      ['calls', 3],
      ['calls', 2],
    ]);
    for (const { run: done } of statements) {
      if (estimates) {
        expect(done?.rowsRead).toBeGreaterThanOrEqual(600);
        expect(done?.rowsRead).toBeLessThan(6000);
      } else {
        expect(done?.rowsRead).toBeNull();
      }
    }
  });

  it('follows calls in the order of time from the end of the page to the page', async () => {
    const question = { kind: 'calls', limit: 5 };
    const planned = await explain(question);
    expect(planned.statements.map(({ run: done }) => done)).toEqual([null]);
    const analyzed = await explain(question, ['--analyze']);
    expect(analyzed.statements.map(({ run: done }) => done?.rows)).toEqual([1, 6]);
  });

  it.each(['heatmap', 'timeseries'])('explains a %s', async (kind) => {
    const { statements } = await explain({ kind, metrics: ['requests'] }, ['--analyze', '--maxDataPoints', '10']);
    expect(statements.some(({ reads, run: done }) => reads === 'calls' && (done?.rows ?? 0) > 0)).toBe(true);
  });

  it('explains events', async () => {
    const { statements } = await explain({ kind: 'events', metrics: ['new_model'] }, ['--analyze']);
    expect(statements.filter(({ reads }) => reads === 'calls').length).toBeGreaterThan(1);
  });

  if (estimates) {
    it('says that and why a question is refused, and does not run it', async () => {
      const settings = { MAX_ROWS_READ: '100' };
      const { refusal, statements } = await explain({ kind: 'calls', order: { by: 'cost' } }, ['--analyze'], settings);
      expect(refusal).toEqual({
        code: 'query_too_large',
        status: 422,
        message: expect.stringMatching(
          /^The question would read about \d+ calls one by one, more than 100: /
        ) as string,
      });
      expect(statements.map(({ run: done }) => done)).toEqual([null]);
      const { code, stdout } = await run({ kind: 'calls', order: { by: 'cost' } }, [], settings);
      expect(code).toBe(0);
      expect(stdout).toMatch(/\n\nRefused: query_too_large \(422\): The question would read about /);
    });
  }

  it('ends with 1 where there is nothing to explain', async () => {
    const settings = { DATABASE_URL: fresh.url };
    const failures = await Promise.all([
      run({ kind: 'typo' }),
      runScript('explain', ['{', ...range], settings),
      runScript('explain', ['{"metrics": ["cost"]}', '--from', 'yesterday'], settings),
    ]);
    expect(failures).toEqual([
      {
        code: 1,
        stdout: '',
        stderr: 'kind: must be one of timeseries, summary, heatmap, calls, events, not "typo"\n',
      },
      { code: 1, stdout: '', stderr: 'The question is not valid JSON: write it between single quotes\n' },
      {
        code: 1,
        stdout: '',
        stderr: 'from: must be ms since 1970 or ISO 8601 with an offset, such as 2026-01-31T00:00:00Z\n',
      },
    ]);
  });
});

describe('placeParameters', () => {
  it('puts values in the places of question marks, but of those in names and texts', () => {
    const statement = "select `a?`, concat(?, '?', '\\'?', 'it''s ?') from t where b = ? and c > ? and d <> ?";
    expect(placeParameters(statement, ["o'b\\", 1.5, null, 10n])).toBe(
      "select `a?`, concat('o''b\\\\', '?', '\\'?', 'it''s ?') from t where b = 1.5 and c > NULL and d <> 10"
    );
  });
});
