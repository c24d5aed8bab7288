import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TestCounts } from './step.ts';

/** The part that the JSON reports of vitest and jest have in common. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), ancestorTitles: z.array(z.string()) })),
    })
  ),
});

/** Counts the tests in a report of vitest or jest; a file that could not even be loaded is one failed test. */
export function readTestReport(path: string): TestCounts {
  const report = reportSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const count = (status: string) => tests.filter((test) => test.status === status).length;
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
  ).length;
  const passed = count('passed');
  const failed = count('failed');
  return { passed, failed: failed + brokenFiles, skipped: tests.length - passed - failed, notRun: notRun(tests) };
}

/** Suites that lack a server say so in their title: `… NOT RUN: <reason>`. */
function notRun(tests: { ancestorTitles: string[] }[]): string[] {
  const counts = new Map<string, number>();
  for (const { ancestorTitles } of tests) {
    for (const title of ancestorTitles) {
      const reason = title.split(' NOT RUN: ')[1];
      if (reason !== undefined) {
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    }
  }
  return [...counts].map(([reason, number]) => `${reason} (${number} ${number === 1 ? 'test' : 'tests'})`);
}
