import type { MetricsAnswer } from '../../src/query/answer-metrics.ts';
import type { Derived } from '../../src/query/derive/derive.ts';
import { resolveQuery } from '../../src/query/resolve/resolve.ts';
import type { ResolvedMetrics } from '../../src/query/resolve/resolve-metrics.ts';
import { parseQuery } from '../../src/query/model/parse.ts';
import { type QueryInput } from '../../src/query/model/schema.ts';
import { summaryColumns } from '../../src/query/derive/summary-columns.ts';
import { questionContext } from './question-context.ts';

type Labels = Record<string, string>;

/** A question about metrics of 2026-05-01 as it is resolved, for steps that come after. */
export function resolved(
  query: Partial<QueryInput>,
  context: Parameters<typeof questionContext>[0] = {}
): ResolvedMetrics {
  const question = resolveQuery(parseQuery({ metrics: ['requests'], ...query }), questionContext(context));
  if (question.kind === 'calls' || question.kind === 'events') {
    throw new Error(`This is a question about ${question.kind}`);
  }
  return question;
}

/** The answer to a time series, of points written down: one list per group and metric. */
export function seriesAnswer(
  query: Partial<QueryInput>,
  series: [string, Labels, [number, number][]][]
): MetricsAnswer {
  const asked = resolved(query);
  return answer(asked, {
    kind: 'timeseries',
    series: series.map(([name, labels, points]) => {
      const metric = asked.metrics.find((candidate) => candidate.name === name);
      if (metric === undefined) {
        throw new Error(`${name} was not asked for`);
      }
      return { metric, labels, points };
    }),
  });
}

/** The answer to a summary, of values written down: one list per group. */
export function summaryAnswer(query: Partial<QueryInput>, rows: [Labels, (number | null)[]][]): MetricsAnswer {
  const asked = resolved({ kind: 'summary', ...query });
  const derived: Derived = {
    kind: 'summary',
    columns: summaryColumns(asked),
    rows: rows.map(([labels, values]) => ({ labels, values })),
    found: rows.length,
  };
  return answer(asked, derived);
}

function answer(query: ResolvedMetrics, derived: Derived): MetricsAnswer {
  return { query, derived, notices: [], executedQuery: '{"kind":"…"}' };
}
