import type { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/database/dialect.ts';
import { compileCalls, compilePageEnd } from '../../src/query/calls/compile-calls.ts';
import { compileRows } from '../../src/query/read/compile.ts';
import { planQuery, planRows } from '../../src/query/read/plan.ts';
import type { QueryInput } from '../../src/query/model/schema.ts';
import { resolveQuery } from '../../src/query/resolve/resolve.ts';
import { parseQuery } from '../../src/query/model/parse.ts';
import { resolved } from '../query/made-answer.ts';
import { openMetrics, type OpenMetrics } from '../query/open-metrics.ts';
import { unconnected } from '../query/unconnected.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { canonicalCalls, canonicalQuestions } from './canonical-questions.ts';
import { formatSql } from './format-sql.ts';
import { expectGolden, expectOnlyGolden } from './golden-files.ts';

const engines: Engine[] = ['mysql', 'mariadb', 'sqlite'];
const maxRows = 500_000;

describe('compileRows', () => {
  const cases = engines.flatMap((engine) => canonicalQuestions.map((question) => ({ engine, ...question })));

  it.each(cases)('compiles $name for $engine as its golden file has it', (asked) => {
    const { engine, name, title, query, context, kept = null } = asked;
    const question = resolved(query, context);
    const { db, dialect } = unconnected(engine);
    const plans = planQuery(
      question,
      question.periods.flatMap(({ windows }) => windows),
      false
    );
    const statements = compileRows(db, question, plans, { dialect, maxRows, kept, watermark: null }).map(({ select }) =>
      select.compile()
    );
    expectGolden(`sql/${engine}/${name}.sql`, goldenText(title, query, statements));
  });
});

describe('compileCalls', () => {
  const cases = engines.flatMap((engine) => canonicalCalls.map((question) => ({ engine, ...question })));

  it.each(cases)('compiles $name for $engine as its golden file has it', (question) => {
    const { engine, name, title, query, context, after, last } = question;
    const { db, dialect } = unconnected(engine);
    const resolved = resolveQuery(parseQuery(query), context);
    if (resolved.kind !== 'calls') {
      throw new Error('This is no question about calls');
    }
    const page = { ...resolved, after };
    const options = { dialect, idIsText: false };
    const statements = planRows(page.grid).flatMap((segment) => [
      ...(last === null ? [] : [compilePageEnd(db, page, segment, options).compile()]),
      compileCalls(db, page, segment, last, options).compile(),
    ]);
    expectGolden(`sql/${engine}/${name}.sql`, goldenText(title, query, statements));
  });
});

describe('the golden files', () => {
  it.each(engines)('are no others for %s', (engine) => {
    expectOnlyGolden(
      `sql/${engine}`,
      [...canonicalQuestions, ...canonicalCalls].map(({ name }) => `${name}.sql`)
    );
  });
});

function goldenText(title: string, query: QueryInput, statements: CompiledQuery[]): string {
  const text = statements.map(({ sql, parameters }) => formatSql(sql, parameters)).join('\n');
  return `-- ${title}\n-- ${JSON.stringify(query)}\n\n${text}`;
}

/** Of the calls below, where it is not one row. */
const rowsFound: Record<string, number> = {
  'filtered-24h': 0,
  'cost-by-provider-90d-by-day': 2,
  'calendar-by-month-in-kathmandu': 2,
  'requests-by-weekday-and-hour-in-berlin': 2,
  'cost-of-the-last-hour-among-its-like': 0,
  'cost-by-day-against-the-month-before': 2,
};

describeOnEngines('answerQuery of the canonical questions', (engine) => {
  let table: OpenMetrics;
  beforeAll(async () => {
    table = await openMetrics(engine);
    await table.insert([
      { start_time: '2026-03-29 12:00:00', provider: 'p', model_name: 'm', total_time: 5, cost: '1', total_tokens: 1 },
      { start_time: '2026-04-30 12:00:00', provider: 'p', model_name: 'm', total_time: 5, cost: '1', total_tokens: 1 },
    ]);
  });
  afterAll(async () => {
    await table.close();
  });

  it.each(canonicalQuestions)('runs $name', async ({ name, query, context }) => {
    const rows = await table.rows(query, context);
    expect(rows).toHaveLength(rowsFound[name] ?? 1);
  });
});
