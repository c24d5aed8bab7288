import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/database/dialect.ts';
import { compileSegment } from '../../src/query/compile.ts';
import { planQuery } from '../../src/query/plan.ts';
import { resolveQuery } from '../../src/query/resolve.ts';
import { parseQuery } from '../../src/query/parse.ts';
import { openMetrics, type OpenMetrics } from '../query/open-metrics.ts';
import { unconnected } from '../query/unconnected.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { canonicalQuestions } from './canonical-questions.ts';
import { formatSql } from './format-sql.ts';
import { expectGolden, expectOnlyGolden } from './golden-files.ts';

const engines: Engine[] = ['mysql', 'mariadb', 'sqlite'];
const maxRows = 500_000;

describe('compileSegment', () => {
  const cases = engines.flatMap((engine) => canonicalQuestions.map((question) => ({ engine, ...question })));

  it.each(cases)('compiles $name for $engine as its golden file has it', ({ engine, name, title, query, context }) => {
    const resolved = resolveQuery(parseQuery(query), context);
    const { db, dialect } = unconnected(engine);
    const statements = planQuery(resolved)
      .flatMap((segment) => compileSegment(db, resolved, segment, { dialect, maxRows }))
      .map(({ select }) => select.compile());
    const text = statements.map(({ sql, parameters }) => formatSql(sql, parameters)).join('\n');
    expectGolden(`sql/${engine}/${name}.sql`, `-- ${title}\n-- ${JSON.stringify(query)}\n\n${text}`);
  });

  it.each(engines)('has no other golden files for %s', (engine) => {
    expectOnlyGolden(
      `sql/${engine}`,
      canonicalQuestions.map(({ name }) => `${name}.sql`)
    );
  });
});

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
    expect(rows).toHaveLength(
      name === 'filtered-24h' ? 0 : name.endsWith('kathmandu') ? 2 : name.endsWith('by-day') ? 2 : 1
    );
  });
});
