import { formatTable } from '../format-table.ts';
import { breakLines } from './break-lines.ts';
import type { ExplainedQuestion, ExplainedStatement } from './explain-question.ts';
import { placeParameters } from './place-parameters.ts';

interface Segment {
  source: string;
  tier?: string;
  from: string;
  to: string;
  window?: string;
  period?: string;
}

/** What becomes of a question, for a person at a terminal. */
export function describeExplained(explained: ExplainedQuestion): string {
  const { question, statements, refusal } = explained;
  const { segments, rollups, ...canonical } = question as { segments: Segment[]; rollups?: object };
  return [
    `Question\n${indented(describeMembers(canonical))}`,
    `Segments\n${indented(describeSegments(segments))}`,
    ...(rollups === undefined ? [] : [`Rollups\n${indented(describeMembers(rollups))}`]),
    ...statements.map(
      (statement, index) => `Statement ${String(index + 1)}\n${indented(describeStatement(statement))}`
    ),
    `Cost\n${indented(describeCost(explained))}`,
    ...(refusal === null ? [] : [`Refused: ${refusal.code} (${String(refusal.status)}): ${refusal.message}`]),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function describeMembers(members: object): string {
  return Object.entries(members)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join('\n');
}

function describeSegments(segments: readonly Segment[]): string {
  return formatTable(
    ['source', 'tier', 'from', 'to', 'of'],
    segments.map(({ source, tier = '', from, to, window = 'range', period = '' }) => [
      source,
      tier,
      from,
      to,
      `${period} ${window}`.trim(),
    ])
  ).trimEnd();
}

function describeStatement({ reads, sql, parameters, plan, run }: ExplainedStatement): string {
  return [
    `${breakLines(placeParameters(sql, parameters)).join('\n')};`,
    ...(reads === 'calls' ? [`plan: ${describePlan(plan)}`] : []),
    ...(run === null ? [] : [`took: ${describeRun(run)}`]),
  ].join('\n');
}

function describePlan(plan: ExplainedStatement['plan']): string {
  if (plan === null) {
    return 'the engine does not tell';
  }
  const steps = plan.map(
    ({ access, index, rows }) =>
      `${index === null ? 'no index' : `index ${index}`} (${access}), about ${readable(rows)} rows`
  );
  return steps.length === 0 ? 'nothing to read' : steps.join('; ');
}

function describeRun({ ms, rows, rowsRead }: NonNullable<ExplainedStatement['run']>): string {
  const read = rowsRead === null ? '' : `, ${readable(rowsRead)} read (with those of temporary tables)`;
  return `${String(Math.round(ms))} ms, ${readable(rows)} rows returned${read}`;
}

function describeCost({ question, rowsEstimate, maxRowsRead }: ExplainedQuestion): string {
  const { kind, order } = question as { kind: string; order?: { by: string } };
  if (kind === 'calls' && order?.by === 'start_time') {
    return 'Calls are read in the order of time until the page is full, however many the server counts: never refused';
  }
  return rowsEstimate === null
    ? 'How many calls are read is not known'
    : `About ${readable(rowsEstimate)} calls are read one by one; MAX_ROWS_READ is ${readable(maxRowsRead)}`;
}

function readable(count: number): string {
  return count.toLocaleString('en');
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
