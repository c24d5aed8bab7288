import type { StepResult, TestCounts } from './step.ts';

/** One line for a finished step: `✓ types: proxy  1 passed  2.3 s`. */
export function outcome(result: StepResult): string {
  const sign = result.failed > 0 ? '✗' : result.passed > 0 ? '✓' : '–';
  return `${sign} ${result.step.name.padEnd(16)} ${counts(result).padEnd(34)} ${result.seconds.toFixed(1)} s`;
}

/** What is printed at the end: a line per step, what was not run and why, and the sum as the very last line. */
export function summarize(results: StepResult[]): string {
  const total = sum(results);
  const missing = total.notRun.length === 0 ? [] : ['', 'NOT RUN', ...total.notRun.map((line) => `– ${line}`)];
  return ['', 'SUMMARY', ...results.map(outcome), ...missing, '', counts(total)].join('\n');
}

/**
 * With REQUIRE_ALL=1 a step that could not be run has failed. What single tests miss is theirs to judge: suites on a
 * database fail without their server, others may need files that not everybody has.
 */
export function requireAll(results: StepResult[]): StepResult[] {
  return results.map((result) =>
    result.passed + result.failed > 0 || result.notRun.length === 0
      ? result
      : { ...result, failed: result.skipped, skipped: 0 }
  );
}

/** The sum of all counts. */
export function sum(results: TestCounts[]): TestCounts {
  const add = (count: (result: TestCounts) => number) => results.reduce((total, result) => total + count(result), 0);
  return {
    passed: add((result) => result.passed),
    failed: add((result) => result.failed),
    skipped: add((result) => result.skipped),
    notRun: results.flatMap((result) => result.notRun),
  };
}

function counts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
