import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceResult } from '../../bench/performance-note.ts';
import { number, type Report, text } from '../../bench/report.ts';

const circumstances = { now: Date.UTC(2026, 10, 24, 9), runs: 5, machine: '2 × Some CPU' };

const report: Report = {
  command: 'npm run bench -- --dashboard',
  rows: 10_000_000,
  server: 'MySQL 9.7.4',
  columns: [text('question'), number('cold ms'), text('aim')],
  cells: [['Cost', '120.0', '']],
  notes: ['Memory: little.'],
  json: {},
  differences: '',
};

describe('replaceResult', () => {
  it('writes between the markers of the command and leaves the rest alone', async () => {
    const others = '# Speed\n\n<!-- npm run bench -->\n\nold\n\n<!-- end -->\n\n';
    const page = `${others}<!-- npm run bench -- --dashboard -->\n\nold\n\n<!-- end -->\n\nAfter.\n`;
    expect(await replaceResult(page, 'docs/performance.md', report, circumstances)).toBe(
      `${others}<!-- npm run bench -- --dashboard -->

2026-11-24, MySQL 9.7.4, 10,000,000 calls, median of 5, 2 × Some CPU

| question | cold ms | aim |
| -------- | ------: | --- |
| \`Cost\`   |   120.0 |     |

Memory: little.

<!-- end -->

After.
`
    );
  });

  it('refuses a page without the markers', async () => {
    await expect(replaceResult('# Speed\n', 'docs/performance.md', report, circumstances)).rejects.toThrow(
      'The page has no marker <!-- npm run bench -- --dashboard -->: nothing was written'
    );
  });

  it.each(['npm run bench', 'npm run bench -- --dashboard', 'npm run bench -- --beside'])(
    'finds the place of %s in docs/performance.md',
    async (command) => {
      const path = join(import.meta.dirname, '..', '..', '..', 'docs', 'performance.md');
      const page = await readFile(path, 'utf8');
      expect(await replaceResult(page, path, { ...report, command }, circumstances)).toContain('Memory: little.');
    }
  );
});
