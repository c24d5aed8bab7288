import { join } from 'node:path';
import { findCompose } from './find-compose.ts';
import { goTestPrinter, readGoTests } from './read-go-tests.ts';
import { readTestReport } from './read-test-report.ts';
import type { Step } from './step.ts';

/** All checks, cheap ones first. `reports` is a folder for what they write. */
export function listSteps(reports: string): Step[] {
  const vitestReport = join(reports, 'vitest.json');
  const jestReport = join(reports, 'jest.json');
  return [
    { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
    { name: 'lock file', command: ['node', '.ci/check-lock-file.ts'] },
    { name: 'audit', command: ['node', '.ci/audit-packages.ts'], mayNotRun: true },
    { name: 'types: proxy', command: ['tsc', '-p', 'proxy'] },
    { name: 'types: start', command: ['tsc', '-p', 'start'] },
    { name: 'types: checks', command: ['tsc', '-p', '.ci'] },
    { name: 'types: plugin', command: ['npm', 'run', '--silent', 'typecheck', '-w', 'plugin'] },
    { name: 'lint: proxy', command: ['eslint', 'proxy', 'start', '.ci', 'eslint.config.js'] },
    { name: 'lint: plugin', command: ['npm', 'run', '--silent', 'lint', '-w', 'plugin'] },
    { name: 'imports', command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'proxy', 'start', '.ci'] },
    {
      name: 'compose',
      command: ['node', '.ci/check-compose.ts'],
      needs: findCompose(process.env)?.[0] ?? 'docker compose',
    },
    {
      name: 'tests: proxy',
      command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
      folder: 'proxy',
      alone: true,
      count: () => readTestReport(vitestReport),
    },
    {
      name: 'tests: plugin',
      command: ['npm', 'run', '--silent', 'test:ci', '-w', 'plugin', '--', '--json', `--outputFile=${jestReport}`],
      count: () => readTestReport(jestReport),
    },
    {
      name: 'build: plugin',
      command: ['npm', 'run', '--silent', 'build', '-w', 'plugin'],
    },
    {
      name: 'format: Go',
      command: ['gofmt', '-l', 'pkg', 'Magefile.go'],
      folder: 'plugin',
      needs: 'gofmt',
      failsOnOutput: true,
    },
    { name: 'vet: Go', command: ['go', 'vet', './pkg/...'], folder: 'plugin', needs: 'go' },
    { name: 'vet: Magefile', command: ['go', 'vet', '-tags', 'mage', '.'], folder: 'plugin', needs: 'go' },
    {
      name: 'build: Go',
      // Where the folder belongs to somebody else, as in a container, git refuses to say which version this is.
      command: ['go', 'build', '-buildvcs=false', '-o', join(reports, 'backend'), './pkg'],
      folder: 'plugin',
      needs: 'go',
    },
    {
      name: 'tests: Go',
      // Golden files of the proxy are no inputs that Go's test cache knows of.
      command: ['go', 'test', '-count=1', '-json', './pkg/...'],
      folder: 'plugin',
      needs: 'go',
      show: goTestPrinter(),
      count: readGoTests,
    },
    {
      name: 'tests: browser',
      command: ['npm', 'run', '--silent', 'e2e', '-w', 'plugin'],
      needsVariable: 'GRAFANA_URL',
      alone: true,
    },
  ];
}
