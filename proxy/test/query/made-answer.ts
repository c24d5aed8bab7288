import type { Answer } from '../../src/query/answer.ts';
import type { Derived } from '../../src/query/derive.ts';
import { resolveQuery, type ResolvedQuery } from '../../src/query/resolve.ts';
import { parseQuery } from '../../src/query/parse.ts';
import { type QueryInput } from '../../src/query/schema.ts';
import { questionContext } from './question-context.ts';

type Labels = Record<string, string>;

/** A question about 2026-05-01 as it is resolved, for steps that come after. */
export function resolved(
  query: Partial<QueryInput>,
  context: Parameters<typeof questionContext>[0] = {}
): ResolvedQuery {
  return resolveQuery(parseQuery({ metrics: ['requests'], ...query }), questionContext(context));
}

/** The answer to a time series, of points written down: one list per group and metric. */
export function seriesAnswer(query: Partial<QueryInput>, series: [string, Labels, [number, number][]][]): Answer {
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
export function summaryAnswer(query: Partial<QueryInput>, rows: [Labels, (number | null)[]][]): Answer {
  const derived: Derived = { kind: 'summary', rows: rows.map(([labels, values]) => ({ labels, values })) };
  return answer(resolved({ kind: 'summary', ...query }), derived);
}

function answer(query: ResolvedQuery, derived: Derived): Answer {
  return { query, derived, notices: [], executedQuery: '{"kind":"…"}' };
}
