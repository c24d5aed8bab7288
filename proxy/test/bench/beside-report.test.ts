import { expect, it } from 'vitest';
import { besideReport } from '../../bench/beside-report.ts';

it('besideReport compares the times of two tables', () => {
  const grown = [
    { question: 'requests_24h_1m', ms: 8, otherMs: 12, growth: 1.5 },
    { question: 'cost_by_model_30d_1h', ms: 10, otherMs: 15.1, growth: 1.51 },
  ];
  const result = { rows: 10_000_000, otherRows: 50_000_000, server: 'MySQL 9.7.4', grown, peakMemoryBytes: 2e8 };
  const { columns, cells, json } = besideReport(result);
  expect(columns.map(({ heading }) => heading)).toEqual([
    'question',
    'ms of 10,000,000',
    'ms of 50,000,000',
    'growth',
    'aim',
  ]);
  expect(cells).toEqual([
    ['requests_24h_1m', '8.0', '12.0', '1.50×', '≤ 1.5× met'],
    ['cost_by_model_30d_1h', '10.0', '15.1', '1.51×', '≤ 1.5× MISSED'],
  ]);
  expect(json).toEqual([
    {
      question: 'requests_24h_1m',
      rows: 10_000_000,
      proxy_ms: 8,
      other_rows: 50_000_000,
      other_proxy_ms: 12,
      growth: 1.5,
    },
    {
      question: 'cost_by_model_30d_1h',
      rows: 10_000_000,
      proxy_ms: 10,
      other_rows: 50_000_000,
      other_proxy_ms: 15.1,
      growth: 1.51,
    },
  ]);
});
