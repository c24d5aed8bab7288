import { describe, expect, it } from 'vitest';
import type { StepResult } from './step.ts';
import { requireAll, summarize } from './summary.ts';

const result = (name: string, passed: number, failed: number, notRun: string[] = []): StepResult => ({
  step: { name, command: ['true'] },
  seconds: 1,
  passed,
  failed,
  skipped: notRun.length,
  notRun,
});
const lastLine = (text: string) => text.split('\n').at(-1);

describe('summarize', () => {
  it('ends with the sum of all counts', () => {
    expect(lastLine(summarize([result('format', 1, 0), result('tests', 40, 2)]))).toBe('41 passed, 2 failed');
  });

  it('lists what was not run, and counts it as skipped', () => {
    const text = summarize([result('format', 1, 0), result('vet: Go', 0, 0, ['vet: Go: go is not installed'])]);
    expect(text).toContain('NOT RUN\n– vet: Go: go is not installed\n');
    expect(lastLine(text)).toBe('1 passed, 0 failed, 1 skipped');
  });
});

describe('requireAll', () => {
  it('turns steps that were not run into failures', () => {
    const required = requireAll([result('format', 1, 0), result('vet: Go', 0, 0, ['vet: Go: go is not installed'])]);
    expect(lastLine(summarize(required))).toBe('1 passed, 1 failed');
  });

  it('leaves alone a step that wants what only some people have, and still lists it', () => {
    const browser = { ...result('tests: browser', 0, 0, ['tests: browser: GRAFANA_URL is not set']), skipped: 0 };
    const text = summarize(requireAll([result('format', 1, 0), browser]));
    expect(text).toContain('NOT RUN\n– tests: browser: GRAFANA_URL is not set\n');
    expect(lastLine(text)).toBe('1 passed, 0 failed');
  });

  it('leaves alone a step that ran, though some of its tests were skipped', () => {
    const required = requireAll([result('tests', 7, 0, ['1 tests on files that are not here'])]);
    expect(lastLine(summarize(required))).toBe('7 passed, 0 failed, 1 skipped');
  });
});
