import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTestReport } from './read-test-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ai-metrics-report-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(report: unknown) {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(report));
  return readTestReport(path);
}

const test = (status: string, ...ancestorTitles: string[]) => ({ status, ancestorTitles, title: 'does it' });

describe('readTestReport', () => {
  it('counts what passed, failed and was skipped', () => {
    const files = [
      { status: 'passed', assertionResults: [test('passed'), test('pending'), test('todo')] },
      { status: 'failed', assertionResults: [test('passed'), test('failed')] },
    ];
    expect(read({ testResults: files })).toEqual({ passed: 2, failed: 1, skipped: 2, notRun: [] });
  });

  it('counts a file that could not be loaded as a failed test', () => {
    expect(read({ testResults: [{ status: 'failed', assertionResults: [] }] })).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      notRun: [],
    });
  });

  it('lists the reason once for all tests that lack a server', () => {
    const files = [
      {
        status: 'passed',
        assertionResults: [
          test('skipped', 'GET /calls on mysql NOT RUN: MySQL: none found'),
          test('skipped', 'POST /query on mysql NOT RUN: MySQL: none found', 'inner'),
        ],
      },
    ];
    expect(read({ testResults: files }).notRun).toEqual(['MySQL: none found (2 tests)']);
  });

  it('refuses a report that it does not know', () => {
    expect(() => read({ results: [] })).toThrow('testResults');
  });
});
