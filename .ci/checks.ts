/**
 * `npm test`: every check that this machine can run. Goes on after a failure, says what was not run, and ends with the
 * line `N passed, N failed`. REQUIRE_ALL=1 makes it fail where something was not run. Arguments choose steps by name:
 * `npm test -- proxy` runs the steps whose names contain `proxy`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endRunningSteps } from './run-step.ts';
import { runSteps } from './run-steps.ts';
import { listSteps } from './steps.ts';
import { requireAll, sum, summarize } from './summary.ts';

const reports = mkdtempSync(join(tmpdir(), 'ai-metrics-checks-'));
const removeReports = () => rmSync(reports, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    endRunningSteps();
    removeReports();
    process.exit(1);
  });
}

const wanted = process.argv.slice(2);
const steps = listSteps(reports).filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase()))
);
const found = await runSteps(steps, (text) => process.stdout.write(text));
const results = process.env['REQUIRE_ALL'] === '1' ? requireAll(found) : found;
removeReports();
console.log(summarize(results));
process.exitCode = sum(results).failed > 0 || results.length === 0 ? 1 : 0;
