import { describe, expect, it } from 'vitest';
import type { Measured } from '../../bench/measure.ts';
import { replaceResult } from '../../bench/performance-note.ts';
import { describeDifferences, jsonResults, tableRow } from '../../bench/report.ts';

const quick: Measured = {
  question: 'latency_p95_by_model_30d',
  directMs: 1500,
  proxyMs: 1000,
  ratio: 1.5,
  meetsAim: true,
  differences: [],
};
const slow: Measured = {
  question: 'requests_24h_1m',
  directMs: 40.04,
  proxyMs: 80.08,
  ratio: 0.5,
  meetsAim: false,
  differences: [{ cell: 'requests', direct: 3, proxy: undefined }],
};

describe('jsonResults', () => {
  it('is what programs are promised', () => {
    expect(jsonResults([quick, slow], 10_000_000)).toEqual([
      {
        question: 'latency_p95_by_model_30d',
        rows: 10_000_000,
        direct_ms: 1500,
        proxy_ms: 1000,
        ratio: 1.5,
        agrees: true,
      },
      { question: 'requests_24h_1m', rows: 10_000_000, direct_ms: 40, proxy_ms: 80.1, ratio: 0.5, agrees: false },
    ]);
  });
});

describe('tableRow', () => {
  it('draws the ratio, and marks what misses the aim or does not agree', () => {
    expect(tableRow(quick)).toEqual([
      'latency_p95_by_model_30d',
      '1500.0',
      '1000.0',
      '1.50×',
      '████████████',
      'yes',
      'met',
    ]);
    expect(tableRow(slow)).toEqual(['requests_24h_1m', '40.0', '80.1', '0.50×', '████', 'NO', 'MISSED']);
  });

  it('cuts off a bar that is too long', () => {
    expect(tableRow({ ...quick, ratio: 100 })[4]).toBe(`${'█'.repeat(23)}…`);
  });
});

describe('describeDifferences', () => {
  it('is nothing where the answers agree', () => {
    expect(describeDifferences(quick)).toBe('');
  });

  it('shows the first five', () => {
    const differences = Array.from({ length: 7 }, (_, index) => ({ cell: String(index), direct: 1, proxy: undefined }));
    expect(describeDifferences({ ...slow, differences })).toBe(
      'requests_24h_1m: the answers differ\n' +
        [0, 1, 2, 3, 4].map((cell) => `  ${String(cell)}: direct SQL 1, proxy nothing\n`).join('') +
        '  and 2 more\n'
    );
  });
});

const circumstances = { now: Date.UTC(2026, 10, 24, 9), runs: 5, machine: '2 × Some CPU' };

describe('replaceResult', () => {
  it('writes between the markers and leaves the rest alone', async () => {
    const page = '# Speed\n\nBefore.\n\n<!-- npm run bench -->\n\nold\n\n<!-- end -->\n\nAfter.\n';
    const result = { rows: 10_000_000, server: 'MySQL 9.7.4', measured: [slow] };
    expect(await replaceResult(page, 'docs/performance.md', result, circumstances)).toBe(
      `# Speed

Before.

<!-- npm run bench -->

2026-11-24, MySQL 9.7.4, 10,000,000 calls, median of 5, 2 × Some CPU

| question          | direct ms | proxy ms | ratio |      | agrees | aim    |
| ----------------- | --------: | -------: | ----: | ---- | ------ | ------ |
| \`requests_24h_1m\` |      40.0 |     80.1 | 0.50× | ████ | NO     | MISSED |

<!-- end -->

After.
`
    );
  });

  it('refuses a page without the markers', async () => {
    const result = { rows: 1, server: 'MySQL 9.7.4', measured: [] };
    await expect(replaceResult('# Speed\n', 'docs/performance.md', result, circumstances)).rejects.toThrow(
      'The page has no marker <!-- npm run bench -->: nothing was written'
    );
  });
});
