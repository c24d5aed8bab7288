import { describe, expect, it } from 'vitest';
import type { Measured } from '../../bench/measure.ts';
import { describeDifferences, questionReport } from '../../bench/question-report.ts';
import type { Report } from '../../bench/report.ts';

const quick: Measured = {
  question: 'latency_p95_by_model_30d',
  directMs: 15_000,
  proxyMs: 15,
  ratio: 1000,
  aim: 800,
  differences: [],
};
const slow: Measured = {
  question: 'requests_24h_1m',
  directMs: 40.04,
  proxyMs: 80.08,
  ratio: 0.5,
  aim: 1,
  differences: [{ cell: 'requests', direct: 3, proxy: undefined }],
};

function report(measured: Measured[], rows = 10_000_000): Report {
  return questionReport({ rows, server: 'MySQL 9.7.4', measured, peakMemoryBytes: 2e8 });
}

describe('questionReport', () => {
  it('has the JSON that programs are promised', () => {
    expect(report([quick, slow]).json).toEqual([
      {
        question: 'latency_p95_by_model_30d',
        rows: 10_000_000,
        direct_ms: 15_000,
        proxy_ms: 15,
        ratio: 1000,
        agrees: true,
      },
      { question: 'requests_24h_1m', rows: 10_000_000, direct_ms: 40, proxy_ms: 80.1, ratio: 0.5, agrees: false },
    ]);
  });

  it('draws the ratio, and marks what misses the aim or does not agree', () => {
    expect(report([quick, slow]).cells).toEqual([
      ['latency_p95_by_model_30d', '15000.0', '15.0', '1000×', '██████████', 'yes', '≥ 800× met'],
      ['requests_24h_1m', '40.0', '80.1', '0.50×', '░', 'NO', '≥ 1× MISSED'],
    ]);
  });

  it('has no aims for a smaller table', () => {
    expect(report([quick, slow], 9_999_999).cells.map((cells) => cells.at(-1))).toEqual(['', '']);
  });

  it.each([
    [1, ''],
    [1.5, '▌'],
    [2, '█'],
    [33, '█████'],
    [250, '████████'],
    [4096, '████████████'],
    [5000, '███████████…'],
    [0.25, '░░'],
  ])('draws %d times as fast as a block for every doubling', (ratio, bar) => {
    expect(report([{ ...quick, ratio }]).cells[0]?.[4]).toBe(bar);
  });

  it('tells the differences of all questions', () => {
    expect([report([quick]).differences, report([quick, slow]).differences]).toEqual([
      '',
      'requests_24h_1m: the answers differ\n  requests: direct SQL 3, proxy nothing\n',
    ]);
  });
});

describe('describeDifferences', () => {
  it('shows the first five', () => {
    const differences = Array.from({ length: 7 }, (_, index) => ({ cell: String(index), direct: 1, proxy: undefined }));
    expect(describeDifferences({ ...slow, differences })).toBe(
      'requests_24h_1m: the answers differ\n' +
        [0, 1, 2, 3, 4].map((cell) => `  ${String(cell)}: direct SQL 1, proxy nothing\n`).join('') +
        '  and 2 more\n'
    );
  });
});
