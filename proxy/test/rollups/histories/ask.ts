import type { MetricsSource } from '../../../src/database/metrics-source.ts';
import type { Database } from '../../../src/database/open-database.ts';
import type { MetricsTables } from '../../../src/database/tables.ts';
import { ApiError } from '../../../src/errors.ts';
import { answerQuery } from '../../../src/query/answer.ts';
import { createCursors } from '../../../src/query/calls/cursor.ts';
import { createRowCellReader } from '../../../src/rollups/read-cells.ts';
import type { RollupReader } from '../../../src/rollups/read-rollups.ts';
import { answerRows, type Row } from '../../../src/query/output/rows.ts';
import { questionContext } from '../../query/question-context.ts';
import type { Question } from './questions.ts';

/** What somebody who asks gets to see: rows and notices, or why there are none. */
export type Seen = { rows: Row[]; notices: string[] } | { refused: string };

export interface Asked {
  database: Database<MetricsTables>;
  source: MetricsSource;
  /** Null: from rows. */
  rollups: RollupReader | null;
}

const cursors = createCursors(['a secret for tests that is long enough']);
const maxRows = 100_000;
const maxRowsRead = Number.MAX_SAFE_INTEGER;

/** How many calls beside rollups are read as cells at most: in some histories all of them, in others none, or few. */
function mostCells({ from, length }: Question): number {
  return [5000, 0, 3][Math.abs(from + length) % 3] ?? 0;
}

/** Answers a question; all errors but those that the asker is told of are thrown. */
export async function ask({ database, source, rollups }: Asked, question: Question, place: number): Promise<Seen> {
  const from = place + question.from;
  const to = from + question.length;
  const context = questionContext({
    from,
    to,
    now: to + question.now,
    storedZone: source.startTimeZone,
    maxDataPoints: question.maxDataPoints,
  });
  try {
    const answer = await answerQuery(
      {
        database,
        source,
        rollups,
        cells: createRowCellReader(database, mostCells(question)),
        cursors,
        maxRows,
        maxRowsRead,
      },
      question.query,
      context,
      new AbortController().signal
    );
    return { rows: answerRows(answer, 'USD').rows, notices: answer.notices.map(({ text }) => text) };
  } catch (error) {
    if (error instanceof ApiError && ['invalid_request', 'query_too_large'].includes(error.code)) {
      return { refused: error.message };
    }
    throw error;
  }
}
