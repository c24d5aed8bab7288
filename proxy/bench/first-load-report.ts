import { aimCell, memoryNote, number, type Report, round, text } from './report.ts';
import type { FirstLoadResult, LoadTimes } from './run-first-load.ts';

const aims: LoadTimes = { coldMs: 150, warmMs: 30 };

export function firstLoadReport({ rows, server, all, questions, peakMemoryBytes }: FirstLoadResult): Report {
  const cells = (name: string, { coldMs, warmMs }: LoadTimes, aim: string) => [
    name,
    coldMs.toFixed(1),
    warmMs.toFixed(1),
    aim,
  ];
  const verdicts = [
    aimCell(`cold ≤ ${String(aims.coldMs)} ms`, all.coldMs <= aims.coldMs, rows),
    aimCell(`warm ≤ ${String(aims.warmMs)} ms`, all.warmMs <= aims.warmMs, rows),
  ];
  return {
    command: 'npm run bench -- --dashboard',
    rows,
    server,
    columns: [text('question'), number('cold ms'), number('warm ms'), text('aim')],
    cells: [
      ...questions.map((times) => cells(times.question, times, '')),
      cells(`all ${String(questions.length)} at once`, all, verdicts.filter((verdict) => verdict !== '').join(', ')),
    ],
    notes: [memoryNote(peakMemoryBytes)],
    json: { rows, questions: questions.length, cold_ms: round(all.coldMs, 1), warm_ms: round(all.warmMs, 1) },
    differences: '',
  };
}
