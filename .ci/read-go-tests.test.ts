import { describe, expect, it } from 'vitest';
import { goTestPrinter, readGoTests } from './read-go-tests.ts';

const event = (Action: string, Test?: string, Output?: string) =>
  JSON.stringify({ Action, Package: 'example/pkg', Test, Output });

describe('readGoTests', () => {
  it('counts subtests in place of the test that holds them', () => {
    const output = [
      event('run', 'TestFrames'),
      event('pass', 'TestFrames/empty'),
      event('fail', 'TestFrames/one/deep'),
      event('fail', 'TestFrames/one'),
      event('fail', 'TestFrames'),
      event('pass', 'TestFramesToo'),
      event('skip', 'TestGolden'),
      event('fail'),
    ].join('\n');
    expect(readGoTests(output)).toEqual({ passed: 2, failed: 1, skipped: 1, notRun: [] });
  });

  it('counts nothing in the words of a compiler', () => {
    expect(readGoTests('# example/pkg\npkg/main.go:3:1: syntax error')).toEqual({
      passed: 0,
      failed: 0,
      skipped: 0,
      notRun: [],
    });
  });
});

describe('goTestPrinter', () => {
  it('prints what failed tests and packages say, and nothing of tests that passed', () => {
    const print = goTestPrinter();
    const lines = [
      event('output', 'TestGood', '=== RUN   TestGood\n'),
      event('output', 'TestBad', '    bad_test.go:7: no\n'),
      event('pass', 'TestGood'),
      event('fail', 'TestBad'),
      event('output', undefined, 'PASS\n'),
      event('output', undefined, 'FAIL\texample/pkg\t0.01s\n'),
      '# not JSON',
    ];
    expect(lines.map(print).join('')).toBe('    bad_test.go:7: no\nFAIL\texample/pkg\t0.01s\n# not JSON\n');
  });
});
