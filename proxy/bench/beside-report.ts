import { aimCell, memoryNote, number, type Report, round, text } from './report.ts';
import type { BesideResult } from './run-beside.ts';

const mostGrowth = 1.5;

export function besideReport({ rows, otherRows, server, peakMemoryBytes, grown }: BesideResult): Report {
  const ofCalls = (count: number) => `ms of ${count.toLocaleString('en')}`;
  return {
    command: 'npm run bench -- --beside',
    rows,
    server,
    columns: [text('question'), number(ofCalls(rows)), number(ofCalls(otherRows)), number('growth'), text('aim')],
    cells: grown.map(({ question, ms, otherMs, growth }) => [
      question,
      ms.toFixed(1),
      otherMs.toFixed(1),
      `${growth.toFixed(2)}×`,
      aimCell(`≤ ${String(mostGrowth)}×`, growth <= mostGrowth, rows),
    ]),
    notes: [memoryNote(peakMemoryBytes)],
    json: grown.map(({ question, ms, otherMs, growth }) => ({
      question,
      rows,
      proxy_ms: round(ms, 1),
      other_rows: otherRows,
      other_proxy_ms: round(otherMs, 1),
      growth: round(growth, 3),
    })),
    differences: '',
  };
}
