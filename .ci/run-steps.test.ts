import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runSteps } from './run-steps.ts';
import type { Step } from './step.ts';

const node = (script: string): Step['command'] => [process.execPath, '-e', script];

async function run(...steps: Step[]) {
  let printed = '';
  const results = await runSteps(steps, (text) => {
    printed += text;
  });
  return {
    counts: results.map(({ passed, failed, skipped }) => [passed, failed, skipped]),
    notRun: results.flatMap((result) => result.notRun),
    // Times differ from run to run.
    printed: printed.replace(/ +\d+\.\d s/g, ''),
  };
}

describe('runSteps', () => {
  it('goes on after a failure, and prints in the order of the steps whichever ends first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ai-metrics-steps-'));
    const done = JSON.stringify(join(folder, 'second-is-done'));
    const { counts, printed } = await run(
      { name: 'first', command: node(`while (!fs.existsSync(${done}));console.log('slow')`) },
      { name: 'second', command: node(`console.log('quick'); fs.writeFileSync(${done}, ''); process.exit(3)`) },
      { name: 'third', command: node(`console.error('last')`) }
    );
    rmSync(folder, { recursive: true });
    expect(counts).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(printed.split('\n').map((line) => line.trim())).toEqual([
      '',
      '── first ──',
      'slow',
      '✓ first            1 passed, 0 failed',
      '',
      '── second ──',
      'quick',
      '✗ second           0 passed, 1 failed',
      '',
      '── third ──',
      'last',
      '✓ third            1 passed, 0 failed',
      '',
    ]);
  });

  it('skips a step whose program is missing, and says which', async () => {
    const { counts, notRun } = await run({ name: 'tests: Go', command: ['no-such-go'], needs: 'no-such-go' });
    expect(counts).toEqual([[0, 0, 1]]);
    expect(notRun).toEqual(['tests: Go: no-such-go is not installed']);
  });

  it('does not run a step whose variable is not set, and says which', async () => {
    const { counts, notRun } = await run({ name: 'tests: browser', command: node(''), needsVariable: 'NO_SUCH_URL' });
    expect(counts).toEqual([[0, 0, 0]]);
    expect(notRun).toEqual(['tests: browser: NO_SUCH_URL is not set']);
  });

  it('does not run a step that says so, and says why; but fails one that fails', async () => {
    const script = `console.log('NOT RUN: nobody is there')`;
    const { counts, notRun } = await run(
      { name: 'audit', command: node(script), mayNotRun: true },
      { name: 'found', command: node(`${script}; process.exit(1)`), mayNotRun: true },
      { name: 'other', command: node(script) }
    );
    expect(counts).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(notRun).toEqual(['audit: nobody is there']);
  });

  it('fails a step whose program does not exist', async () => {
    const { counts, printed } = await run({ name: 'lost', command: ['no-such-program'] });
    expect(counts).toEqual([[0, 1, 0]]);
    expect(printed).toContain('no-such-program');
  });

  it('fails a step that succeeds but prints what is wrong', async () => {
    const { counts } = await run({ name: 'gofmt', command: node(`console.log('main.go')`), failsOnOutput: true });
    expect(counts).toEqual([[0, 1, 0]]);
  });

  it('fails tests that could not be counted, that were none, or that passed in a program that failed', async () => {
    const count = (passed: number) => () => ({ passed, failed: 0, skipped: 0, notRun: [] });
    const { counts } = await run(
      {
        name: 'uncounted',
        command: node(''),
        count: () => {
          throw new Error('no report');
        },
      },
      { name: 'none', command: node(''), count: count(0) },
      { name: 'crashed', command: node('process.exit(1)'), count: count(4) }
    );
    expect(counts).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [4, 1, 0],
    ]);
  });
});
