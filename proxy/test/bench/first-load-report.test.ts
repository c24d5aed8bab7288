import { expect, it } from 'vitest';
import { firstLoadReport } from '../../bench/first-load-report.ts';

it('firstLoadReport says until when everything was answered, and each question by itself', () => {
  const result = {
    rows: 10_000_000,
    server: 'MySQL 9.7.4',
    all: { coldMs: 150, warmMs: 30.06 },
    questions: [
      { question: 'Cost', coldMs: 120.04, warmMs: 20 },
      { question: 'Models', coldMs: 150, warmMs: 30.06 },
    ],
    peakMemoryBytes: 2e8,
  };
  expect(firstLoadReport(result)).toMatchObject({
    command: 'npm run bench -- --dashboard',
    cells: [
      ['Cost', '120.0', '20.0', ''],
      ['Models', '150.0', '30.1', ''],
      ['all 2 at once', '150.0', '30.1', 'cold ≤ 150 ms met, warm ≤ 30 ms MISSED'],
    ],
    json: { rows: 10_000_000, questions: 2, cold_ms: 150, warm_ms: 30.1 },
    differences: '',
  });
  expect(
    firstLoadReport({ ...result, rows: 100 })
      .cells.at(-1)
      ?.at(-1)
  ).toBe('');
});
